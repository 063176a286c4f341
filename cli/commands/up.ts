import { Command, InvalidArgumentError, Option } from '@commander-js/extra-typings';
import { parseDurationMs } from '#core/units/duration.ts';

/** `foresize up`: a local OpenFaaS with the suite of stack.yml in it, under load, watched. */
export function upCommand() {
  return new Command('up')
    .description('Bring up a local OpenFaaS, deploy a stack, send load, and show what Foresize does')
    .option('-f, --stack <file>', 'the stack to deploy', 'stack.yml')
    .option('--load <function>', 'the function to send random load to', 'qrcode')
    .option('--no-load', 'send no load')
    .option('--rate <calls>', 'calls a minute, on average', ratePerMinute, 40)
    .option('--for <time>', 'end so long (90s, 3m) after the functions are ready', duration)
    .option('--port <number>', 'port of the gateway; 0 takes a free one', portNumber, 8080)
    .option('--metrics-port <number>', "port of the gateway's metrics; 0 takes a free one", portNumber, 8082)
    .option('--page-port <number>', 'port of the page; 0 serves none (8088, or a free one)', portNumber)
    .addOption(
      new Option('--limits <how>', 'hold limits as a machine without writable cgroups would').choices([
        'emulated',
        'none',
      ] as const),
    )
    .option('--directory <folder>', 'where password, secrets, state and log are kept', '.foresize')
    .option('--json', 'one JSON object a line instead of text')
    .option('--quiet', 'nothing but decisions and the summary')
    .addHelpText('after', HELP)
    .action(async ({ load, ...options }) => {
      const { runUp } = await import('../up/run-up.ts');
      process.exitCode = await runUp({ ...options, load: load === false ? null : load });
    });
}

const HELP = `
The gateway is at http://127.0.0.1:8080, where faas-cli expects it; user admin, password in .foresize/password.
Load comes at random moments, at least three quarters of --rate in each minute. All that was started ends with it.
On a terminal you see a live view, elsewhere a line for each decision. CHAIN=async takes the chain through the queue.

Examples:
  $ foresize up                     the demonstration, until Ctrl-C
  $ foresize up --for 3m --json     three minutes of it as JSON lines, for scripts
  $ foresize up --no-load           only the platform: for faas-cli, kubectl and your own load
  $ foresize up -f my.yml --load resize --rate 120
  $ foresize up --limits emulated   as someone without rights to cgroups sees it

Exit codes: 0 ended by Ctrl-C, or by --for with a resize of --load applied and no restart; 1 by --for without that,
or something failed; 2 wrong input; 130 interrupted before the functions were ready or --for was over.
`;

function portNumber(text: string): number {
  const port = /^\d+$/.test(text) ? Number(text) : NaN;
  if (port <= 65_535) return port;
  throw new InvalidArgumentError('A port is 0 to 65535.');
}

function ratePerMinute(text: string): number {
  const value = Number(text);
  if (value >= 1 && value <= 60_000) return value;
  throw new InvalidArgumentError('1 to 60000 calls a minute.');
}

function duration(text: string): number {
  try {
    const ms = parseDurationMs(text);
    if (ms > 0 && ms < 2 ** 31) return ms;
  } catch {
    // Told below, with the examples that fit here.
  }
  throw new InvalidArgumentError('A duration such as 90s or 3m, at most 24 days.');
}
