import { Command, InvalidArgumentError } from '@commander-js/extra-typings';
import { parseDurationMs } from '#core/units/duration.ts';
import { runUp } from '../up/run-up.ts';

/** `foresize up`: a local OpenFaaS with the suite of stack.yml in it, under load, watched. */
export function upCommand() {
  return new Command('up')
    .description(
      'Bring up a local OpenFaaS, deploy stack.yml, send load to qrcode, and show what Foresize does.',
    )
    .option('-f, --stack <file>', 'the stack to deploy', 'stack.yml')
    .option('--port <number>', 'port of the gateway', portNumber, 8080)
    .option('--metrics-port <number>', "port of the gateway's metrics", portNumber, 8082)
    .option(
      '--for <duration>',
      'end after this time (90s, 3m) with a summary; exit code 0 if a resize was applied',
      duration,
    )
    .option('--load <function>', 'the function to send load to', 'qrcode')
    .option('--rate <calls>', 'calls a minute', positive, 40)
    .option('--no-load', 'send no load')
    .option('--limits <how>', 'hold limits as on a machine without cgroups: emulated or none', enforcement)
    .option('--directory <path>', 'where the platform keeps its password, secrets and state', '.foresize')
    .option('--json', 'one JSON object a line instead of text')
    .option('--quiet', 'nothing but decisions and the summary')
    .addHelpText('after', HELP)
    .action(async ({ load, ...options }) => {
      process.exitCode = await runUp({ ...options, load: load === false ? null : load });
    });
}

const HELP = `
The gateway is at http://127.0.0.1:8080, as faas-cli expects it; user admin, password in DIRECTORY/password.
CHAIN=async foresize up takes the chain through the queue. Ctrl-C ends everything it started.

Examples:
  foresize up                     the demonstration, until Ctrl-C
  foresize up --for 3m --json     three minutes of it, as JSON lines, for scripts
  foresize up --no-load           only the platform, for faas-cli, kubectl and your own load
  foresize up --limits emulated   as someone without rights to cgroups sees it`;

function portNumber(text: string): number {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new InvalidArgumentError('A port is 0 to 65535.');
  return port;
}

function positive(text: string): number {
  const value = Number(text);
  if (!(value > 0)) throw new InvalidArgumentError('A positive number is needed.');
  return value;
}

function duration(text: string): number {
  try {
    return parseDurationMs(text);
  } catch {
    throw new InvalidArgumentError('A duration such as 90s or 3m is needed.');
  }
}

function enforcement(text: string): 'emulated' | 'none' {
  if (text === 'emulated' || text === 'none') return text;
  throw new InvalidArgumentError('emulated or none.');
}
