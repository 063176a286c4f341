import { Command, Option } from '@commander-js/extra-typings';
import type { ModelCommands } from './model-commands.ts';
import type { EvaluateFlags, TrainFlags } from './run-seed-lstm.ts';
import { wholeNumber } from './whole-number.ts';

/** The network of the study that Foresize began from. */
export const seedLstmCommands: ModelCommands = { train: trainCommand, evaluate: evaluateCommand };

const FOLDER = 'models/seed-lstm';

const TRAIN_HELP = `
As the study did: z-scores, 3 lags, the first 67 % of the rows to train on, LSTM(64) and Dense(2), mean absolute error,
Adam, 50 epochs, 72 rows a batch, not shuffled. Each seed is one training; about 7 s of CPU each with WebAssembly.
The folder is written when all is done, and holds the first seed's model, a card with the errors of all, and plots.

Examples:
  $ foresize train seed-lstm --data cpu_usage.csv memory_usage.csv
  $ foresize train seed-lstm --data recordings/qrcode --seeds 1 --epochs 10 --out /tmp/model
  $ foresize train seed-lstm --data recordings --function qrcode --png
  $ foresize train seed-lstm --data usage.csv --backend wasm --json

Exit codes: 0 done; 1 failed; 2 wrong input; 130 ended by Ctrl-C, nothing written.
`;

const EVALUATE_HELP = `
The last 33 % of the rows are forecast one step ahead and compared with what came, and with repeating the last value.

Examples:
  $ foresize evaluate seed-lstm --data cpu_usage.csv memory_usage.csv
  $ foresize evaluate seed-lstm --model /tmp/model --data recordings/qrcode --out plots --json
  $ foresize evaluate seed-lstm --data recordings --function qrcode
  $ foresize evaluate seed-lstm --data usage.csv --out plots --png

Exit codes: 0 done; 1 failed; 2 wrong input.
`;

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
    .option('--quiet', 'no progress, and not where it is kept')
    .addHelpText('after', TRAIN_HELP)
    .action(async (flags: TrainFlags) => {
      const { train } = await import('./run-seed-lstm.ts');
      await train(flags);
    });
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
    .option('--quiet', 'no progress, and not where plots are kept')
    .addHelpText('after', EVALUATE_HELP)
    .action(async (flags: EvaluateFlags) => {
      const { evaluate } = await import('./run-seed-lstm.ts');
      await evaluate(flags);
    });
}
