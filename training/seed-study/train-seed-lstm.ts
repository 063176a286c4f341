import type { FunctionHistory } from '#core/replay/history.ts';
import type { BackendName } from '#forecast/backend.ts';
import { trainingBackend } from '../lstm/training-backend.ts';
import { type PlotFormat, renderFiles } from '../plots/plot-files.ts';
import { cardJson, cardMarkdown, comparisonFor, type Making } from './card.ts';
import { learningCurve, predictedAndExpected } from './plots.ts';
import { prepare, type SeedData } from './prepare.ts';
import { runStudy, type SeedRun, type StudyOptions } from './study.ts';
import { errorRows, type ErrorRow } from './table.ts';

export interface TrainOptions extends StudyOptions {
  /** @default the first that works of native, WebAssembly and plain JavaScript */
  readonly backend?: BackendName;
  /** Of the plots. @default svg alone */
  readonly formats?: readonly PlotFormat[];
  /** What else to record as what it was made with: name and version. */
  readonly versions: Readonly<Record<string, string>>;
}

export interface TrainedSeedLstm {
  readonly data: SeedData;
  readonly runs: readonly SeedRun[];
  readonly rows: readonly ErrorRow[];
  readonly backend: string;
  /** The model's folder: the first seed's model, card, plots. */
  readonly files: Readonly<Record<string, string | Uint8Array>>;
}

/** Reproduces the study on one function's history. Throws `data-too-short` and `training-failed`. */
export async function trainSeedLstm(
  history: FunctionHistory,
  options: TrainOptions,
): Promise<TrainedSeedLstm> {
  const data = prepare(history);
  const { tf, why } = await trainingBackend(options.backend);
  const runs = await runStudy(tf, data, options);
  const versions = { ...options.versions, 'TensorFlow.js': tf.version.tfjs };
  const rows = errorRows(
    runs.map(({ seed, errors }) => ({ name: `seed ${seed}`, errors })),
    comparisonFor(data),
  );
  const making = { date: options.date, backend: why, versions };
  const files = await folderOf(data, runs, making, options.formats);
  return { data, runs, rows, backend: why, files };
}

async function folderOf(
  data: SeedData,
  runs: readonly SeedRun[],
  making: Making,
  formats?: readonly PlotFormat[],
): Promise<TrainedSeedLstm['files']> {
  const [saved] = runs;
  if (saved === undefined) throw new RangeError('no seed was trained');
  return {
    ...saved.files,
    'card.json': cardJson(data, runs, making),
    'MODEL_CARD.md': cardMarkdown(data, runs, making),
    ...(await renderFiles(
      {
        'learning-curve': learningCurve(runs),
        cpu: predictedAndExpected(data, saved.forecasts, 'cpu'),
        memory: predictedAndExpected(data, saved.forecasts, 'memory'),
      },
      formats,
    )),
  };
}
