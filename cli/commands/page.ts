import { InvalidArgumentError } from '@commander-js/extra-typings';
import { targetCommand } from '../observe/target-options.ts';

const HELP = `
Reads only, with your kubeconfig, and what recommend reads: pods, Deployments, nodes, and the kubelets' metrics through
the API server, a Prometheus, or the Metrics API. A Prometheus has an hour at once; the others are read every 15 s from
now on. Decisions come from the log of apply-resources' pods, and the last ones from what Foresize remembers. The page
listens on this machine alone, and its address is all that is written to standard output.

Examples:
  $ foresize page                                       functions of the kubeconfig's cluster
  $ foresize page --local                               of the platform of foresize up
  $ foresize page --prometheus http://127.0.0.1:9090    an hour of past at once
  $ foresize page --all-deployments -n shop             any Deployment
  $ foresize page --port 9000 --quiet                   at a port of your own

Exit codes: 0 ended by Ctrl-C; 1 the cluster or the source failed, or the port is taken; 2 wrong input.
`;

/** `foresize page`: the page of a cluster, served on this machine. */
export function pageCommand() {
  return targetCommand('page')
    .description('Serve a page of what the functions use, what is forecast, and every decision')
    .option('--port <number>', 'of the page (8088, or a free one)', portNumber)
    .addHelpText('after', HELP)
    .action(async (flags) => {
      const { runPage } = await import('../page/run-page.ts');
      await runPage(flags);
    });
}

function portNumber(text: string): number {
  const port = /^\d+$/.test(text) ? Number(text) : NaN;
  if (port >= 1 && port <= 65_535) return port;
  throw new InvalidArgumentError('A port is 1 to 65535.');
}
