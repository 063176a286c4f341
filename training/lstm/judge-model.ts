import type { DataSet, FunctionHistory } from '#core/replay/history.ts';
import { createLstm } from '#forecast/lstm/lstm-forecaster.ts';
import type { LstmModel } from '#forecast/lstm/lstm-forecaster.ts';
import { FORECASTERS } from '#forecast/selection.ts';
import { DEFAULT_SETTINGS, evaluateDataSet, JUDGED } from '../evaluation/evaluate-data-set.ts';
import type { EvaluationReport, EvaluationSettings, ReportRow } from '../evaluation/report.ts';
import { generatedHistories } from './training-histories.ts';

/** Data that a model is judged on, at one horizon. */
export interface JudgeSet {
  readonly title: string;
  readonly dataSet: DataSet;
  readonly settings: EvaluationSettings;
}

/** Seeds that no recipe trains or validates on. */
export const JUDGED_SEEDS = { first: 500_000, count: 40 } as const;
const JUDGED_HOURS = 3;

/** Neighbouring origins tell nearly the same. */
const EVERY = 8;

const HORIZONS = [
  { horizonMs: 75_000, horizon: '75 s' },
  { horizonMs: 300_000, horizon: '5 min' },
] as const;

/**
 * What models are compared on: generated histories of other seeds, and the recorded functions that validated the
 * training (they ended it, so they flatter a little), each at the product's horizon and at 5 minutes.
 */
export async function judgeSets(
  recorded: readonly FunctionHistory[],
  generated: number = JUDGED_SEEDS.count,
  signal?: AbortSignal,
): Promise<readonly JudgeSet[]> {
  const seeds = { first: JUDGED_SEEDS.first, count: generated };
  const sources = [
    { name: 'generated', histories: await generatedHistories(seeds, JUDGED_HOURS, signal) },
    { name: 'recorded', histories: recorded },
  ];
  return sources
    .filter(({ histories }) => histories.length > 0)
    .flatMap(({ name, histories }) =>
      HORIZONS.map(({ horizonMs, horizon }) => ({
        title: `${name}, ${horizon}`,
        dataSet: { name, histories },
        settings: { ...DEFAULT_SETTINGS, horizonMs, every: EVERY },
      })),
    );
}

/** Our network's figures over all functions. */
export function networkRow({ overall }: EvaluationReport): ReportRow | undefined {
  return overall[0]?.rows.find(({ forecaster }) => forecaster === 'lstm');
}

export interface JudgeWork {
  /** @default all of them */
  readonly names?: readonly string[];
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((share: number) => void) | undefined;
}

/** CPU of each set, in their order. Throws the signal's reason. */
export async function judgeModel(
  model: LstmModel,
  sets: readonly JudgeSet[],
  { names = JUDGED, signal, onProgress }: JudgeWork = {},
): Promise<readonly EvaluationReport[]> {
  const lstm = createLstm(model);
  const forecasters = new Map([...FORECASTERS, [lstm.name, lstm]]);
  const reports: EvaluationReport[] = [];
  for (const [i, { dataSet, settings }] of sets.entries()) {
    const { report } = await evaluateDataSet(dataSet, settings, {
      ...{ forecasters, names, metrics: ['cpu'], signal },
      onProgress: (share) => onProgress?.((i + share) / sets.length),
    });
    reports.push(report);
  }
  return reports;
}
