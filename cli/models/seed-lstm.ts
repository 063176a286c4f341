import { Command, Option } from '@commander-js/extra-typings';
import type { BackendName } from '#forecast/backend.ts';
import packageJson from '../../package.json' with { type: 'json' };
import { writeFolder } from '../../training/model-folder/write-folder.ts';
import type { PlotFormat } from '../../training/plots/plot-files.ts';
import { evaluateSeedLstm } from '../../training/seed-study/evaluate-seed-lstm.ts';
import type { SeedData } from '../../training/seed-study/prepare.ts';
import { type ErrorRow, textTable } from '../../training/seed-study/table.ts';
import { trainSeedLstm, type TrainedSeedLstm } from '../../training/seed-study/train-seed-lstm.ts';
import { untilInterrupted } from '../up/interruption.ts';
import type { ModelCommands } from './model-commands.ts';
import { readOneHistory } from './one-history.ts';
import { trainingProgress } from './training-progress.ts';
import { wholeNumber } from './whole-number.ts';

/** The network of the study that Foresize began from. */
export const seedLstmCommands: ModelCommands = { train: trainCommand, evaluate: evaluateCommand };

const FOLDER = 'models/seed-lstm';

const TRAIN_HELP = `
As the study did: z-scores, 3 lags, the first 67 % of the rows to train on, LSTM(64) and Dense(2), mean absolute error,
Adam, 50 epochs, 72 rows a batch, not shuffled. Each seed is one training; about 5 s each on one core with WebAssembly.
The folder is written when all is done, and holds the first seed's model, a card with the errors of all, and plots.

Examples:
  $ foresize train seed-lstm --data cpu_usage.csv memory_usage.csv
  $ foresize train seed-lstm --data recordings/qrcode --seeds 1 --epochs 10 --out /tmp/model

Exit codes: 0 done; 1 failed; 2 wrong input; 130 ended by Ctrl-C, nothing written.
`;

const EVALUATE_HELP = `
The last 33 % of the rows are forecast one step ahead and compared with what came, and with repeating the last value.

Examples:
  $ foresize evaluate seed-lstm --data cpu_usage.csv memory_usage.csv
  $ foresize evaluate seed-lstm --model /tmp/model --data recordings/qrcode --out plots --json

Exit codes: 0 done; 1 failed; 2 wrong input.
`;

interface TrainFlags {
  readonly data: readonly string[];
  readonly function?: string;
  readonly seeds: number;
  readonly epochs: number;
  readonly backend?: BackendName;
  readonly out: string;
  readonly png?: true;
  readonly json?: true;
}

function trainCommand() {
  return new Command('seed-lstm')
    .description("The study's network, as the study trained it")
    .requiredOption('--data <path...>', 'files that belong together, or a folder')
    .option('--function <name>', 'which, if the data hold several')
    .option('--seeds <number>', 'trainings to make', wholeNumber(1, 1000), 5)
    .option('--epochs <number>', 'of each', wholeNumber(1, 100_000), 50)
    .addOption(
      new Option('--backend <name>', 'of TensorFlow.js, if not the fastest there is').choices([
        'native',
        'wasm',
        'cpu',
      ] as const),
    )
    .option('--out <folder>', 'where the model goes', FOLDER)
    .option('--png', 'write the plots as PNG too')
    .option('--json', 'print the card as JSON')
    .addHelpText('after', TRAIN_HELP)
    .action(train);
}

async function train(flags: TrainFlags): Promise<void> {
  const interruption = untilInterrupted(undefined, () => undefined);
  try {
    const trained = await trainWithProgress(flags, interruption.signal);
    await writeFolder(flags.out, trained.files);
    process.stdout.write(flags.json === true ? String(trained.files['card.json']) : reportOf(trained));
    process.stderr.write(`wrote ${flags.out}\n`);
  } catch (error) {
    if (!interruption.signal.aborted) throw error;
    process.exitCode = 130;
  } finally {
    interruption.release();
  }
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

interface EvaluateFlags {
  readonly data: readonly string[];
  readonly function?: string;
  readonly model: string;
  readonly out?: string;
  readonly png?: true;
  readonly json?: true;
}

function evaluateCommand() {
  return new Command('seed-lstm')
    .description("The study's network, one step ahead")
    .requiredOption('--data <path...>', 'files that belong together, or a folder')
    .option('--function <name>', 'which, if the data hold several')
    .option('--model <folder>', 'of the trained model', FOLDER)
    .option('--out <folder>', 'write plots there; the folder is replaced')
    .option('--png', 'write the plots as PNG too')
    .option('--json', 'print the errors as JSON')
    .addHelpText('after', EVALUATE_HELP)
    .action(evaluate);
}

async function evaluate(flags: EvaluateFlags): Promise<void> {
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
