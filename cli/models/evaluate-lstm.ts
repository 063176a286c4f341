import type { DataSet } from '#core/replay/history.ts';
import { ForesizeError } from '#core/errors/error.ts';
import { loadLstm } from '#forecast/lstm/load-lstm.ts';
import { FORECASTERS } from '#forecast/selection.ts';
import { readDataSet } from '../../training/data/read-data-set.ts';
import {
  DEFAULT_SETTINGS,
  type EvaluatedDataSet,
  evaluateDataSet,
} from '../../training/evaluation/evaluate-data-set.ts';
import { evaluationPlots } from '../../training/evaluation/plots.ts';
import { medianReport } from '../../training/evaluation/median-report.ts';
import type { EvaluationReport, EvaluationSettings } from '../../training/evaluation/report.ts';
import { evaluationText } from '../../training/evaluation/text-report.ts';
import { cardEvaluation } from '../../training/lstm/card.ts';
import { readCard, replaceCard } from '../../training/lstm/card-files.ts';
import { writeFolder } from '../../training/model-folder/write-folder.ts';
import { renderFiles } from '../../training/plots/plot-files.ts';
import { lstmFolder } from './lstm-folder.ts';
import { withProgress } from '../live/share-progress.ts';
import { type QuietFlag, tell } from '../live/tell.ts';
import { outputStyle } from '../live/terminal.ts';
import { interruptibly } from '../up/interruption.ts';
import type { Rows } from './rows.ts';

export interface EvaluateFlags extends QuietFlag {
  readonly data: readonly string[];
  /** Several: the medians of their figures. */
  readonly model?: readonly string[];
  readonly split: 'choice' | 'held-out' | 'all';
  readonly cpuMean?: number;
  readonly window: number;
  readonly horizon: number;
  readonly hideCalls?: true;
  readonly rows?: Rows;
  readonly last?: number;
  readonly every: number;
  readonly plots?: string;
  readonly png?: true;
  readonly card?: string;
  readonly json?: true;
}

/** `foresize evaluate lstm`. Throws what reading, evaluating and writing throw. */
export async function evaluate(flags: EvaluateFlags): Promise<void> {
  await interruptibly(async (signal) => {
    const folders = flags.model ?? [lstmFolder()];
    // Refused before the work is done.
    if (flags.card !== undefined) await readCard(folders[0] ?? '');
    const models = await evaluateEach(folders, flags, signal);
    const reports = models.map((model) => model.report);
    const report = medianReport(reports);
    await keep(report, models[0]?.functions ?? [], folders, flags);
    process.stdout.write(
      flags.json === true
        ? `${JSON.stringify(models.length === 1 ? report : { ...report, models: reports })}\n`
        : `${models.length === 1 ? '' : `Medians of ${models.length} models\n`}${evaluationText(report, outputStyle().columns)}`,
    );
  });
}

async function evaluateEach(
  folders: readonly string[],
  flags: EvaluateFlags,
  signal: AbortSignal,
): Promise<readonly EvaluatedDataSet[]> {
  return withProgress(async (show) => {
    show(null, `reading ${flags.data.join(', ')}`);
    const networks = await Promise.all(folders.map(loadLstm));
    const dataSet = await readData(flags);
    const settings = settingsOf(flags, dataSet);
    const models: EvaluatedDataSet[] = [];
    for (const [index, { forecaster }] of networks.entries()) {
      const forecasters = new Map([...FORECASTERS, [forecaster.name, forecaster] as const]);
      const onProgress = (share: number, what: string): void => {
        show((index + share) / networks.length, what);
      };
      models.push(await evaluateDataSet(dataSet, settings, { forecasters, signal, onProgress }));
    }
    return models;
  }, flags);
}

function readData({ data, split, cpuMean }: EvaluateFlags): Promise<DataSet> {
  return readDataSet(data, { split, ...(cpuMean === undefined ? {} : { cpuMeanMs: cpuMean }) });
}

function settingsOf(flags: EvaluateFlags, { histories }: DataSet): EvaluationSettings {
  const { window, horizon, hideCalls = false, every, rows, last } = flags;
  if (!(horizon > 0)) throw invalid('--horizon must be longer than nothing');
  if (rows !== undefined && last !== undefined) throw invalid('--rows and --last exclude each other');
  const longest = Math.max(...histories.map(({ cpuCores }) => cpuCores.length));
  const firstOfLast = last === undefined ? null : Math.max(1, longest - last + 1);
  return {
    ...DEFAULT_SETTINGS,
    ...{ windowSteps: window, horizonMs: horizon, every, hideCalls },
    firstRow: firstOfLast ?? rows?.first ?? DEFAULT_SETTINGS.firstRow,
    lastRow: rows?.last ?? null,
  };
}

const invalid = (message: string): ForesizeError => new ForesizeError('data-invalid', message);

async function keep(
  report: EvaluationReport,
  functions: EvaluatedDataSet['functions'],
  [folder = '', ...others]: readonly string[],
  flags: EvaluateFlags,
): Promise<void> {
  if (flags.plots !== undefined) {
    const formats = flags.png === true ? (['svg', 'png'] as const) : (['svg'] as const);
    await writeFolder(flags.plots, await renderFiles(evaluationPlots(report, functions), formats));
    tell(`wrote ${flags.plots}`, flags);
  }
  if (flags.card !== undefined) {
    const card = await readCard(folder);
    const title = others.length === 0 ? flags.card : `${flags.card} (medians of ${1 + others.length} models)`;
    const added = cardEvaluation(title, report, new Date().toISOString());
    const kept = card.evaluations.filter((evaluation) => evaluation.title !== title);
    await replaceCard(folder, { ...card, evaluations: [...kept, added] });
    tell(`kept in the card of ${folder}`, flags);
  }
}
