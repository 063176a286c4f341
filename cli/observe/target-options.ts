import { Command, InvalidArgumentError, Option } from '@commander-js/extra-typings';
import { parseDurationMs } from '#core/units/duration.ts';
import type { QuietFlag } from '../live/tell.ts';

/** How long a source without a past of its own is watched: three means of 60 s and what comes before the first. */
const WATCH_MS = 90_000;

/** Which cluster, and where in it. */
export interface ClusterFlags {
  readonly kubeconfig?: string;
  readonly context?: string;
  readonly namespace: string;
}

/** What is looked at, and how. */
export interface TargetFlags extends ClusterFlags, QuietFlag {
  readonly local?: string | true;
  readonly allDeployments?: true;
  readonly source: 'scrape' | 'prometheus' | 'metrics-api';
  readonly prometheus?: string;
  readonly gatewayMetrics?: string | undefined;
  readonly for: number;
}

/** A command with the options by which it finds its cluster. */
export function clusterCommand(name: string) {
  return new Command(name)
    .option('--kubeconfig <file>', 'as for kubectl ($KUBECONFIG, or ~/.kube/config)')
    .option('--context <name>', 'of the kubeconfig (its current one)')
    .option('-n, --namespace <name>', 'of the functions', 'openfaas-fn');
}

/** A command with the options by which it finds what it looks at. */
export function targetCommand(name: string) {
  return clusterCommand(name)
    .option('--local [directory]', 'the platform of `foresize up`, by its directory (.foresize)')
    .option('--all-deployments', "any Deployment's pods, not only functions")
    .addOption(
      new Option('--source <name>', 'where use is read')
        .choices(['scrape', 'prometheus', 'metrics-api'] as const)
        .default('scrape' as const),
    )
    .addOption(
      new Option('--prometheus <url>', 'read use from this Prometheus').implies({
        source: 'prometheus' as const,
      }),
    )
    .option('--gateway-metrics <url>', "the gateway's /metrics, or none (found through the API server)")
    .option('--quiet', 'no progress and no notes');
}

/** The same of one that looks once. */
export function observingCommand(name: string) {
  return targetCommand(name).option(
    '--for <time>',
    'how long to watch a source that keeps no past',
    watchTime,
    WATCH_MS,
  );
}

function watchTime(text: string): number {
  try {
    const ms = parseDurationMs(text);
    if (ms <= 3_600_000) return ms;
  } catch {
    // Told below.
  }
  throw new InvalidArgumentError('A duration such as 90s or 5m, at most 1h.');
}
