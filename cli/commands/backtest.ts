import { Command, Option } from '@commander-js/extra-typings';
import { ForesizeError } from '#core/errors/error.ts';
import { parseDurationMs } from '#core/units/duration.ts';
import type { BacktestFlags, Rows } from '../backtest/run-backtest.ts';

const HELP = `
At every decision the forecaster sees the hour before it and nothing later, as in production; then what came is held
against what would have been allocated: by the forecast, by persistence, by the percentile of the last hour, by the
Vertical Pod Autoscaler's histogram, by the best single value in hindsight, by the limits on record, and by an oracle.

Policies:
  requests  size is a quantile of the peak forecast x a margin: shows what the forecast is worth
  full      the whole policy besides, cycle by cycle with its state: evidence, cooldown, tolerance, steps, bounds

Each result is the mean over the phases of the control: which samples a decision falls on is chance.

Examples:
  $ foresize backtest cpu_usage.csv memory_usage.csv log.csv
  $ foresize backtest recordings/ --cadence 60s --delay 15s --out report
  $ foresize backtest usage.csv --policy full --annotation foresize/evidence=1h foresize/cooldown=10m
  $ foresize backtest usage.csv --rows 241:745 --forecaster persistence --json

Exit codes: 0 done; 1 failed; 2 wrong input; 130 ended by Ctrl-C, nothing written.
`;

/** `foresize backtest`: replays data through forecaster and policy. Throws `backtest-invalid` and `data-invalid`. */
export function backtestCommand() {
  return new Command('backtest')
    .description('Replay recorded use: who would have been short, how often, at what cost')
    .argument('<file...>', 'CSV files that belong together, or folders of recordings')
    .addOption(
      new Option('--cadence <time>', 'from one decision to the next')
        .argParser(positiveDuration('--cadence'))
        .default(60_000, '60s'),
    )
    .addOption(
      new Option('--delay <time>', 'until a decision is in force')
        .argParser(parseDurationMs)
        .default(15_000, '15s'),
    )
    .option('--forecaster <name>', 'auto, or one by name', 'auto')
    .option(
      '--model <folder>',
      'the network among the forecasters, lstm or seed-lstm (default: yours, or the one shipped)',
    )
    .option('--no-model', 'forecast without a network')
    .addOption(
      new Option('--policy <name>', 'what sizes')
        .choices(['requests', 'full'] as const)
        .default('requests' as const),
    )
    .option('--annotation <name=value...>', "of the function, for --policy full: 'foresize/evidence=1h'", [])
    .option(
      '--rows <first:last>',
      'which rows to judge, such as 241:745 or 241: (after the first hour)',
      rowsOf,
    )
    .option('--phases <count>', 'of the control to average over', countOf('--phases'), 4)
    .option('--name <name>', 'of the function, where the files do not tell')
    .option(
      '--cpu-mean <time>',
      'how long a time each CPU value is the mean of (5m: rate[5m])',
      positiveDuration('--cpu-mean'),
    )
    .option('--out <folder>', 'write backtest.html and backtest.json there')
    .option('--json', 'print the whole report as JSON')
    .option('--quiet', 'no progress, and not where the report is kept')
    .addHelpText('after', HELP)
    .action(async (files, flags: BacktestFlags) => {
      const { runBacktest } = await import('../backtest/run-backtest.ts');
      await runBacktest(files, flags);
    });
}

const invalid = (message: string): ForesizeError => new ForesizeError('backtest-invalid', message);

/** `241:745`, `241:` or `:745`, from 1, both included. */
function rowsOf(text: string): Rows {
  const [, first = '', last = ''] = /^(\d*):(\d*)$/.exec(text) ?? [];
  const rows: Rows = {
    ...(first === '' ? {} : { firstRow: Number(first) }),
    ...(last === '' ? {} : { lastRow: Number(last) }),
  };
  const { firstRow = 1, lastRow = Infinity } = rows;
  if (Object.keys(rows).length > 0 && firstRow >= 1 && lastRow >= firstRow) return rows;
  throw invalid(`--rows ${JSON.stringify(text)} is not first:last, such as 241:745, from 1`);
}

function countOf(flag: string): (text: string) => number {
  return (text) => {
    if (/^[1-9]\d{0,3}$/.test(text)) return Number(text);
    throw invalid(`${flag} ${JSON.stringify(text)} is not a whole number from 1 to 9999`);
  };
}

function positiveDuration(flag: string): (text: string) => number {
  return (text) => {
    const ms = parseDurationMs(text);
    if (ms > 0) return ms;
    throw invalid(`${flag} ${JSON.stringify(text)} must be longer than nothing`);
  };
}
