import { Command, Option } from '@commander-js/extra-typings';
import { parseDurationMs } from '#core/units/duration.ts';
import type { EvaluateFlags } from './evaluate-lstm.ts';
import type { ModelCommands } from './model-commands.ts';
import { rowsOf } from './rows.ts';
import type { TrainFlags } from './train-lstm.ts';
import { wholeNumber } from './whole-number.ts';

/** Our own network, for every function. */
export const lstmCommands: ModelCommands = { train: trainCommand, evaluate: evaluateCommand };

const FOLDER = 'models/lstm';

const TRAIN_HELP = `
It learns from generated histories and, where there are any, from recordings: of recordings of the local platform from
the functions that may be chosen by, never from those held out. How: training/lstm/recipe.ts. Everything random is
seeded: the same command gives the same weights. Of several seeds the one with the median validation loss is kept, and
the card tells the spread.

How long it will take is said first: a few minutes of CPU a seed on one core with WebAssembly. After every epoch the
state is kept in a folder of checkpoints; the same command goes on from there.

--ablation trains the recipe again without each group of its inputs, with fewer and more units, and without recordings,
judges each on histories that none was trained on, and keeps the table in the card of the model in --out. It takes as
long as that many trainings, and goes on where it was ended.

Examples:
  $ foresize train lstm
  $ foresize train lstm --seeds 5 --recordings training/recordings --out functions/predict-resources/model
  $ foresize train lstm --generated 20 --epochs 3 --out /tmp/trial
  $ foresize train lstm --ablation --seeds 2

Exit codes: 0 done; 1 failed; 2 wrong input; 130 ended by Ctrl-C: no model written, the checkpoint kept.
`;

function trainCommand() {
  return new Command('lstm')
    .description("Foresize's own network, one for every function")
    .option('--recordings <path...>', 'to learn from besides (those shipped in training/recordings)')
    .option('--no-recordings', 'learn from generated histories alone')
    .option('--seeds <number>', 'trainings to make', wholeNumber(1, 100), 1)
    .option('--first-seed <number>', 'of the trainings', wholeNumber(0, 1_000_000), 1)
    .option('--epochs <number>', "at most (the recipe's)", wholeNumber(1, 10_000))
    .option('--generated <number>', "histories to learn from (the recipe's)", wholeNumber(1, 10_000))
    .addOption(
      new Option('--backend <name>', 'of TensorFlow.js, if not the fastest there is').choices([
        'native',
        'wasm',
        'cpu',
      ] as const),
    )
    .option('--out <folder>', 'where the model goes', FOLDER)
    .option('--checkpoints <folder>', 'where the state is kept (beside the model, until it is done)')
    .option('--ablation', 'train no model, but find out what each part of the recipe is worth')
    .option('--json', 'print the card, or the ablation, as JSON')
    .option('--quiet', 'no progress, and not where it is kept')
    .addHelpText('after', TRAIN_HELP)
    .action(async (flags: TrainFlags) => {
      if (flags.ablation === true) await (await import('./ablate-lstm.ts')).runAblation(flags);
      else await (await import('./train-lstm.ts')).train(flags);
    });
}

const EVALUATE_HELP = `
Every row is forecast from the window that ended before it, as predict-resources would have, and held against what came:
the next sample, and the peak within the horizon. Beside the network stand the forecasters without one, and auto: what
the product would have chosen. Ratios are to repeating the last value, its quantiles with what followed it in the past
480 samples. CPU is judged in means of 60 s, or as it is where its values are longer means (rate[5m]).

Of several models, such as trainings with other seeds, each figure is the median of theirs.
--card keeps the result in the (first) model's card under a title; the same title again replaces it.

Examples:
  $ foresize evaluate lstm --data cpu_usage.csv memory_usage.csv log.csv --last 366 --horizon 5m
  $ foresize evaluate lstm --data training/recordings --split held-out --card "held-out recordings"
  $ foresize evaluate lstm --data usage.csv --rows 241:745 --hide-calls --window 480 --json
  $ foresize evaluate lstm --model /tmp/trial --data usage.csv --every 8 --plots plots

Exit codes: 0 done; 1 failed; 2 wrong input; 130 ended by Ctrl-C, nothing written.
`;

function evaluateCommand() {
  return new Command('lstm')
    .description("Foresize's own network and what it competes with, row by row")
    .requiredOption('--data <path...>', 'files that belong together, or folders')
    .option('--model <folder...>', 'of the trained model (models/lstm, else the one shipped)')
    .addOption(
      new Option('--split <part>', 'of recordings of the local platform')
        .choices(['choice', 'held-out', 'all'] as const)
        .default('choice' as const),
    )
    .addOption(
      new Option('--cpu-mean <time>', 'what each CPU value of a CSV is the mean of (5m: rate[5m])').argParser(
        parseDurationMs,
      ),
    )
    .option('--window <samples>', 'that a forecast sees', wholeNumber(40, 2880), 240)
    .addOption(
      new Option('--horizon <time>', 'within which the peak is asked for')
        .argParser(parseDurationMs)
        .default(75_000, '75s'),
    )
    .option('--hide-calls', 'forecast as if no calls were known')
    .option('--rows <first:last>', 'which to forecast, such as 241:745 or 241: (from the 121st)', rowsOf)
    .option('--last <rows>', 'forecast so many at the end', wholeNumber(1, 999_999_999))
    .option('--every <rows>', 'forecast one row in so many', wholeNumber(1, 1000), 1)
    .option('--plots <folder>', 'write plots there; the folder is replaced')
    .option('--png', 'write the plots as PNG too')
    .option('--card <title>', "keep the result in the model's card")
    .option('--json', 'print the figures as JSON')
    .option('--quiet', 'no progress, and not where it is kept')
    .addHelpText('after', EVALUATE_HELP)
    .action(async (flags: EvaluateFlags) => {
      const { evaluate } = await import('./evaluate-lstm.ts');
      await evaluate(flags);
    });
}
