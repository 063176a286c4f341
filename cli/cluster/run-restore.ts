import { type RestoredPod, type Restoration, restoredFrom, restoreOriginals } from '#core/chain/restore.ts';
import { changesBetween, describeChange } from '#core/policy/reason.ts';
import { columnTable, type TableColumn } from '#core/text-table.ts';
import { createKubernetesActuator } from '#platform/kubernetes/actuator.ts';
import { KILL_SWITCH } from '#platform/kubernetes/kill-switch.ts';
import { createKubernetesWorkloads } from '#platform/kubernetes/workloads.ts';
import { createConfigMapStateStore } from '#platform/state/configmap-state-store.ts';
import { withProgress } from '../live/share-progress.ts';
import type { QuietFlag } from '../live/tell.ts';
import { outputStyle } from '../live/terminal.ts';
import type { ClusterFlags } from '../observe/target-options.ts';
import { interruptibly } from '../up/interruption.ts';
import { connectTo, warnings } from './connect-to.ts';

export interface RestoreFlags extends ClusterFlags, QuietFlag {
  readonly dryRun?: true;
  readonly json?: true;
}

/** `foresize restore`. Throws `function-not-found` and `kubeconfig-unusable`. */
export async function runRestore(functions: readonly string[], flags: RestoreFlags): Promise<void> {
  const connection = await connectTo(flags);
  const ports = {
    clock: Date.now,
    workloads: createKubernetesWorkloads(connection),
    state: createConfigMapStateStore(connection, warnings),
    actuator: createKubernetesActuator(connection),
  };
  const dryRun = flags.dryRun === true;
  try {
    await interruptibly(async (signal) => {
      const restoration = await withProgress((show) => {
        show(null, 'reading what was deployed');
        const onProgress = (done: number, of: number, pod: string): void => {
          show(done / of, pod);
        };
        return restoreOriginals(ports, { functions, dryRun, onProgress }, signal);
      }, flags);
      process.stdout.write(
        flags.json === true
          ? `${JSON.stringify(restoration)}\n`
          : restorationText(restoration, { ...flags, width: outputStyle().columns }),
      );
      if (!restoration.pods.every(isDone)) process.exitCode = 1;
    });
  } finally {
    connection.close();
  }
}

const isDone = ({ outcome: { result, refused = [] } }: RestoredPod): boolean =>
  refused.length === 0 && (result === 'applied' || result === 'dry-run');

function movesOf({ from, to }: RestoredPod): string {
  const after = restoredFrom(from, to);
  return changesBetween(from, after)
    .map((resource) => describeChange(from, after, resource))
    .join(', ');
}

const COLUMNS: readonly TableColumn<RestoredPod>[] = [
  { title: 'FUNCTION', cell: ({ name }) => name, sacrifice: 0 },
  { title: 'POD', cell: ({ pod }) => pod, sacrifice: 3 },
  { title: 'FROM → TO', cell: movesOf, sacrifice: 2 },
  { title: 'OUTCOME', cell: ({ outcome }) => `${outcome.result}: ${outcome.detail}`, sacrifice: 1 },
];

interface TextOptions extends Pick<RestoreFlags, 'dryRun' | 'namespace' | 'quiet'> {
  readonly width?: number;
}

/** A table of the pods, and what there is to know besides. */
export function restorationText(
  { pods, forgotten, applying }: Restoration,
  { dryRun, namespace, quiet, width }: TextOptions,
): string {
  const table =
    pods.length === 0
      ? 'All running pods have the sizes that were deployed.\n'
      : columnTable(COLUMNS, pods, width);
  if (quiet) return table;
  const told =
    forgotten.length === 0
      ? ''
      : `Last decision ${dryRun ? 'that would be forgotten' : 'forgotten'}: ${forgotten.join(', ')}\n`;
  return table + told + (applying.length === 0 ? '' : advice(applying, namespace));
}

function advice(applying: readonly string[], namespace: string): string {
  const { name, key } = KILL_SWITCH;
  const patch = `kubectl -n ${namespace} patch configmap ${name} --type merge -p '{"data":{"${key}":"off"}}'`;
  return [
    `In mode apply, so sized again from the next cycle on: ${applying.join(', ')}`,
    'To keep what was deployed, set foresize/mode: recommend in stack.yml and deploy, or stop all writes:',
    `  ${patch}`,
    '',
  ].join('\n');
}
