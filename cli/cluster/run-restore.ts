import { type RestoredPod, type Restoration, restoredFrom, restoreOriginals } from '#core/chain/restore.ts';
import { changesBetween, describeChange } from '#core/policy/reason.ts';
import { createKubernetesActuator } from '#platform/kubernetes/actuator.ts';
import { KILL_SWITCH } from '#platform/kubernetes/kill-switch.ts';
import { createKubernetesWorkloads } from '#platform/kubernetes/workloads.ts';
import { createConfigMapStateStore } from '#platform/state/configmap-state-store.ts';
import { textTable } from '../../training/backtest/text-table.ts';
import { withProgress } from '../live/share-progress.ts';
import type { ClusterFlags } from '../observe/target-options.ts';
import { untilInterrupted } from '../up/interruption.ts';
import { connectTo, warnings } from './connect-to.ts';

export interface RestoreFlags extends ClusterFlags {
  readonly dryRun?: true;
  readonly json?: true;
}

/** `foresize restore`; answers the exit code. Throws `function-not-found` and `identity-missing`. */
export async function runRestore(functions: readonly string[], flags: RestoreFlags): Promise<number> {
  const connection = await connectTo(flags);
  const interruption = untilInterrupted();
  const ports = {
    clock: Date.now,
    workloads: createKubernetesWorkloads(connection),
    state: createConfigMapStateStore(connection, warnings),
    actuator: createKubernetesActuator(connection),
  };
  const dryRun = flags.dryRun === true;
  try {
    const restoration = await withProgress((show) => {
      const onProgress = (done: number, of: number, pod: string): void => {
        show(done / of, pod);
      };
      return restoreOriginals(ports, { functions, dryRun, onProgress }, interruption.signal);
    });
    process.stdout.write(
      flags.json === true ? `${JSON.stringify(restoration)}\n` : restorationText(restoration, flags),
    );
    return restoration.pods.every(isDone) ? 0 : 1;
  } catch (error) {
    if (interruption.signal.aborted) return 130;
    throw error;
  } finally {
    interruption.release();
    connection.close();
  }
}

const isDone = ({ outcome: { result, refused = [] } }: RestoredPod): boolean =>
  refused.length === 0 && (result === 'applied' || result === 'dry-run');

const HEADS = ['FUNCTION', 'POD', 'FROM → TO', 'OUTCOME'];

/** A table of the pods, and what there is to know besides. */
function restorationText(
  { pods, forgotten, applying }: Restoration,
  { dryRun, namespace }: Pick<RestoreFlags, 'dryRun' | 'namespace'>,
): string {
  const table =
    pods.length === 0
      ? 'All running pods have the sizes that were deployed.\n'
      : textTable(HEADS, pods.map(toRow), HEADS.length);
  const told =
    forgotten.length === 0
      ? ''
      : `Last decision ${dryRun ? 'that would be forgotten' : 'forgotten'}: ${forgotten.join(', ')}\n`;
  return table + told + (applying.length === 0 ? '' : advice(applying, namespace));
}

function toRow({ name, pod, from, to, outcome }: RestoredPod): string[] {
  const after = restoredFrom(from, to);
  const changes = changesBetween(from, after).map((resource) => describeChange(from, after, resource));
  return [name, pod, changes.join(', '), `${outcome.result}: ${outcome.detail}`];
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
