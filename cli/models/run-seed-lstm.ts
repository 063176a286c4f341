import type { BackendName } from '#forecast/backend.ts';
import packageJson from '../../package.json' with { type: 'json' };
import { writeFolder } from '../../training/model-folder/write-folder.ts';
import type { PlotFormat } from '../../training/plots/plot-files.ts';
import { evaluateSeedLstm } from '../../training/seed-study/evaluate-seed-lstm.ts';
import { type ErrorRow, textTable } from '../../training/seed-study/table.ts';
import { trainSeedLstm, type TrainedSeedLstm } from '../../training/seed-study/train-seed-lstm.ts';
import { withProgress } from '../live/share-progress.ts';
import { type QuietFlag, tell } from '../live/tell.ts';
import { interruptibly } from '../up/interruption.ts';
import { readOneHistory } from './one-history.ts';
import { trainingProgress } from './training-progress.ts';

export interface TrainFlags extends QuietFlag {
  readonly data: readonly string[];
  readonly function?: string;
  readonly seeds: number;
  readonly epochs: number;
  readonly backend?: BackendName;
  readonly out: string;
  readonly png?: true;
  readonly json?: true;
}

/** `foresize train seed-lstm`. Throws what reading, training and writing throw. */
export async function train(flags: TrainFlags): Promise<void> {
  await interruptibly(async (signal) => {
    const trained = await trainWithProgress(flags, signal);
    await writeFolder(flags.out, trained.files);
    process.stdout.write(flags.json === true ? String(trained.files['card.json']) : reportOf(trained));
    tell(`wrote ${flags.out}`, flags);
  });
}

async function trainWithProgress(flags: TrainFlags, signal: AbortSignal): Promise<TrainedSeedLstm> {
  const { seeds, epochs, backend } = flags;
  const history = await readOneHistory(flags.data, flags.function);
  const progress = flags.quiet === true ? null : trainingProgress(process.stderr);
  try {
    return await trainSeedLstm(history, {
      seeds,
      epochs,
      ...(backend === undefined ? {} : { backend }),
      formats: formatsOf(flags),
      signal,
      date: new Date().toISOString(),
      versions: { Foresize: packageJson.version, 'Node.js': process.versions.node },
      onEpoch: (seed, loss) => {
        const share = ((seed - 1) * epochs + loss.epoch) / (seeds * epochs);
        progress?.show({ ...loss, what: `seed ${seed} of ${seeds}`, epochs, share });
      },
    });
  } finally {
    progress?.end();
  }
}

export interface EvaluateFlags extends QuietFlag {
  readonly data: readonly string[];
  readonly function?: string;
  readonly model: string;
  readonly out?: string;
  readonly png?: true;
  readonly json?: true;
}

/** `foresize evaluate seed-lstm`. Throws what reading, evaluating and writing throw. */
export async function evaluate(flags: EvaluateFlags): Promise<void> {
  const evaluated = await withProgress(async (show) => {
    show(null, 'forecasting');
    const history = await readOneHistory(flags.data, flags.function);
    return evaluateSeedLstm(flags.model, history, formatsOf(flags));
  }, flags);
  if (flags.out !== undefined) await writeFolder(flags.out, evaluated.files);
  process.stdout.write(
    flags.json === true ? `${JSON.stringify({ errors: evaluated.rows })}\n` : reportOf(evaluated),
  );
  if (flags.out !== undefined) tell(`wrote ${flags.out}`, flags);
}

function formatsOf({ png }: { readonly png?: true }): readonly PlotFormat[] {
  return png === true ? ['svg', 'png'] : ['svg'];
}

const reportOf = ({ data, rows, backend }: Pick<TrainedSeedLstm, 'data' | 'rows' | 'backend'>): string =>
  errorsText({ name: data.history.name, trained: data.train.rows, tested: data.test.rows, backend }, rows);

interface SeedRun {
  readonly name: string;
  /** Rows to train on, and to test. */
  readonly trained: number;
  readonly tested: number;
  readonly backend: string;
}

/** Errors on the rows to test, and what they are compared with. */
export const errorsText = (
  { name, trained, tested, backend }: SeedRun,
  errors: readonly ErrorRow[],
): string => `${name}: ${trained} rows to train on, ${tested} to test (${backend})\n\n${textTable(errors)}\n`;
