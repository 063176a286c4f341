import type { BackendName } from '#forecast/backend.ts';
import packageJson from '../../package.json' with { type: 'json' };
import { writeFolder } from '../../training/model-folder/write-folder.ts';
import type { PlotFormat } from '../../training/plots/plot-files.ts';
import { evaluateSeedLstm } from '../../training/seed-study/evaluate-seed-lstm.ts';
import type { SeedData } from '../../training/seed-study/prepare.ts';
import { type ErrorRow, textTable } from '../../training/seed-study/table.ts';
import { trainSeedLstm, type TrainedSeedLstm } from '../../training/seed-study/train-seed-lstm.ts';
import { interruptibly } from '../up/interruption.ts';
import { readOneHistory } from './one-history.ts';
import { trainingProgress } from './training-progress.ts';

export interface TrainFlags {
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
    process.stderr.write(`wrote ${flags.out}\n`);
  });
}

async function trainWithProgress(flags: TrainFlags, signal: AbortSignal): Promise<TrainedSeedLstm> {
  const { seeds, epochs, backend } = flags;
  const history = await readOneHistory(flags.data, flags.function);
  const progress = trainingProgress(process.stderr);
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
        progress.show({ ...loss, what: `seed ${seed} of ${seeds}`, epochs, share });
      },
    });
  } finally {
    progress.end();
  }
}

export interface EvaluateFlags {
  readonly data: readonly string[];
  readonly function?: string;
  readonly model: string;
  readonly out?: string;
  readonly png?: true;
  readonly json?: true;
}

/** `foresize evaluate seed-lstm`. Throws what reading, evaluating and writing throw. */
export async function evaluate(flags: EvaluateFlags): Promise<void> {
  const history = await readOneHistory(flags.data, flags.function);
  const evaluated = await evaluateSeedLstm(flags.model, history, formatsOf(flags));
  if (flags.out !== undefined) await writeFolder(flags.out, evaluated.files);
  process.stdout.write(
    flags.json === true ? `${JSON.stringify({ errors: evaluated.rows })}\n` : reportOf(evaluated),
  );
  if (flags.out !== undefined) process.stderr.write(`wrote ${flags.out}\n`);
}

function formatsOf({ png }: { readonly png?: true }): readonly PlotFormat[] {
  return png === true ? ['svg', 'png'] : ['svg'];
}

function reportOf({
  data,
  rows,
  backend,
}: {
  data: SeedData;
  rows: readonly ErrorRow[];
  backend: string;
}): string {
  const { history, train: trained, test } = data;
  return `${history.name}: ${trained.rows} rows to train on, ${test.rows} to test (${backend})\n\n${textTable(rows)}\n`;
}
