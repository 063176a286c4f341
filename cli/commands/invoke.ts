import { Command, Option } from '@commander-js/extra-typings';
import { ForesizeError } from '#core/errors/error.ts';
import { parseDurationMs } from '#core/units/duration.ts';
import { PATTERNS } from '../../invoker/arrivals.ts';
import type { InvokeFlags } from '../invoke/run-invoke.ts';

const HELP = `
Patterns (--rate is calls a minute on average; on-off: while it is on):
  random    each minute opens with 1 to 2 x rate - 1 calls, 125 ms apart: the study's load
  constant  evenly spaced
  diurnal   rises and falls by 80 % over --period, at random moments
  burst     all calls of a --period at its start
  on-off    evenly spaced for half of each --period, then silence
  ramp      rises from 0 to 2 x rate over each --period, at random moments

--replay sends what was recorded instead: a log of Unix ms, one a line (--log), a CSV of calls (--calls), or one
function of the public Azure Functions trace of 2019 (its files are at github.com/Azure/AzurePublicDataset), each
minute's calls at random moments of it. What the trace says of the function's duration and memory is shown.

Calls are sent when they are due, however slow the answers. Latency counts from when a call was due.

Examples:
  $ foresize invoke                               random load on qrcode for ten minutes
  $ foresize invoke qrcode --rate 60 --duration 2m
  $ foresize invoke --pattern diurnal --period 1h --duration 3h --rate 40
  $ foresize invoke --pattern burst --rate 10 --payload lognormal:100,0.8
  $ foresize invoke --log log.csv --calls calls.csv --seed 7
  $ foresize invoke --replay log.csv --speed 10
  $ foresize invoke --replay invocations_per_function_md.anon.d01.csv --row 17 --speed 24
  $ foresize invoke http://gateway:8080/function/resize --data '{"width": 64}' --json

Exit codes: 0 every call was answered with 2xx; 1 some were not (more than --allow-errors);
2 wrong input; 130 ended by Ctrl-C, with the summary up to then.
`;

/** What says when calls are due, where it is not a recording that does. */
const PATTERN_FLAGS = ['pattern', 'rate', 'least', 'spread', 'period'];

/** `foresize invoke`: sends load to a function. Throws `load-invalid` and `duration-invalid`. */
export function invokeCommand() {
  return new Command('invoke')
    .description('Send load to a function, and say how it answered')
    .argument('[function]', 'its name, or a whole address', 'qrcode')
    .option('--gateway <url>', 'address of the OpenFaaS gateway', gatewayDefault())
    .addOption(
      new Option('--pattern <name>', 'when calls are due').choices(PATTERNS).default('random' as const),
    )
    .option('--rate <calls>', 'calls a minute', numberOf('--rate'), 5)
    .option(
      '--least <calls>',
      'random: fewest calls of a minute; the most is 2 x rate - this',
      numberOf('--least'),
      1,
    )
    .option('--spread', 'random: at random moments of the minute instead of at its start')
    .option('--period <time>', 'of diurnal (24h), burst (1m), on-off (10m) and ramp (30m)', parseDurationMs)
    .option(
      '--duration <time>',
      'how long to send, such as 90s or 2h (default: 10m, or all of --replay)',
      parseDurationMs,
    )
    .addOption(new Option('--replay <file>', 'send what was recorded').conflicts(PATTERN_FLAGS))
    .option('--row <number or hash>', 'which function of a trace: number of its row, or its hash')
    .option('--durations <file>', "the trace's durations")
    .option('--memory <file>', "the trace's memory")
    .option('--speed <factor>', 'replay: times as fast as recorded (default: 1)', numberOf('--speed'))
    .option('--seed <number>', 'the same seed sends the same load', numberOf('--seed'), 1)
    .option('--payload <bytes>', 'size of random text: 64, 16-512 or lognormal:MEDIAN,SIGMA', '8-64')
    .option('--data <text>', 'send this text instead')
    .option('--method <name>', 'HTTP method', 'POST')
    .option('--header <line...>', 'header as "name: value"', [])
    .option('--concurrency <calls>', 'most calls on their way at once', numberOf('--concurrency'), 16)
    .addOption(
      new Option('--timeout <time>', 'for each call').argParser(parseDurationMs).default(30_000, '30s'),
    )
    .option('--log <file>', 'add the time of each call (Unix ms, one a line)')
    .option('--calls <file>', 'add a CSV row for each call: times, latency, bytes, outcome, status')
    .option('--allow-errors <percent>', 'still exit 0', numberOf('--allow-errors'), 0)
    .option('--json', 'print the summary as JSON')
    .option('--quiet', 'no progress, and nothing of what is replayed')
    .addHelpText('after', HELP)
    .action(async (name, flags: InvokeFlags) => {
      const { runInvoke } = await import('../invoke/run-invoke.ts');
      await runInvoke(name, flags);
    });
}

/** As faas-cli: the address in OPENFAAS_URL, else the local platform's. */
function gatewayDefault(): string {
  return process.env.OPENFAAS_URL ?? 'http://127.0.0.1:8080';
}

function numberOf(flag: string): (text: string) => number {
  return (text) => {
    const value = text.trim() === '' ? NaN : Number(text);
    if (Number.isFinite(value)) return value;
    throw new ForesizeError('load-invalid', `${flag} ${JSON.stringify(text)} is not a number`);
  };
}
