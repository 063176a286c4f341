import { InvalidArgumentError, Option } from '@commander-js/extra-typings';
import { clusterCommand } from '../observe/target-options.ts';

const HELP = `
Reads only. What it checks: the cluster (version, in-place resize, clocks), the gateway, the metrics that sizes come
from, the identities with their rights, the chain (configuration, schedule, cycles, kill switch, queue), and the
annotations of the functions. Each finding says what to do about it; what could not be checked is unknown, not ok.

The gateway is asked at --gateway, else through the API server, which passes no password on. The password is that of
--password-file, of the local platform, or what faas-cli login has kept; the user is admin.

Examples:
  $ foresize doctor                                    the kubeconfig's cluster
  $ foresize doctor --local                            the platform of foresize up
  $ foresize doctor --quiet                            only what needs doing
  $ foresize doctor --fail-on warning --json           in CI
  $ foresize doctor --gateway http://127.0.0.1:8080 --password-file password.txt
  $ foresize doctor --prometheus http://127.0.0.1:9090

Exit codes: 0 no problem; 1 the API server does not answer; 2 wrong input; 3 --fail-on found what it looks for;
130 ended by Ctrl-C.
`;

/** `foresize doctor`: what is wrong with a set-up, and what to do about it. */
export function doctorCommand() {
  return clusterCommand('doctor')
    .description('Check the cluster or the local platform, and say what to do about what is wrong')
    .option('--local [directory]', 'the platform of `foresize up`, by its directory (.foresize)')
    .addOption(
      new Option('--gateway <url>', 'the gateway (local: http://127.0.0.1:8080; else through the API server)')
        .env('OPENFAAS_URL')
        .argParser(address),
    )
    .option('--password-file <file>', "the gateway's password, of the user admin")
    .option('--gateway-metrics <url>', "the gateway's /metrics (as collect-metrics reads them)", address)
    .option('--prometheus <url>', 'a Prometheus to check (the one that collect-metrics reads)', address)
    .addOption(
      new Option('--fail-on <level>', 'exit with 3 where this, or worse, is found')
        .choices(['problem', 'warning'] as const)
        .default('problem' as const),
    )
    .option('--json', 'print JSON')
    .option('--quiet', 'only what needs doing')
    .addHelpText('after', HELP)
    .action(async (flags) => {
      const { runDoctor } = await import('../doctor/run-doctor.ts');
      await runDoctor(flags);
    });
}

function address(text: string): string {
  if (URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)) return text;
  throw new InvalidArgumentError('An address such as http://127.0.0.1:8080.');
}
