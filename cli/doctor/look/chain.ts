import { CYCLE_CONFIG_MAP } from '#platform/kubernetes/cycle-store.ts';
import { readConfigMap } from '#platform/kubernetes/config-map.ts';
import type { KubernetesConnection } from '#platform/kubernetes/connect.ts';
import { KILL_SWITCH } from '#platform/kubernetes/kill-switch.ts';
import { createConfigMapStateStore } from '#platform/state/configmap-state-store.ts';
import type { ChainFacts, StateFacts } from '../facts.ts';
import { see } from '../seen.ts';

/** What the chain leaves behind: its last cycle, its state, and whether it may write. */
export async function lookAtChain(
  connection: KubernetesConnection,
  signal: AbortSignal,
): Promise<ChainFacts> {
  const dataOf = (name: string) =>
    see(signal, async () => (await readConfigMap(connection, name, signal))?.data ?? null);
  const [cycle, killSwitch, state] = await Promise.all([
    dataOf(CYCLE_CONFIG_MAP),
    dataOf(KILL_SWITCH.name),
    see(signal, () => readState(connection, signal)),
  ]);
  return { cycle, killSwitch, state };
}

async function readState(connection: KubernetesConnection, signal: AbortSignal): Promise<StateFacts> {
  const unreadable: string[] = [];
  const log = {
    warn: (fields: object, message: string) => unreadable.push(`${message} ${JSON.stringify(fields)}`),
  };
  const { suite, functions } = await createConfigMapStateStore(connection, log).load(signal);
  const changes = [...functions.values()].flatMap(({ decisions }) => decisions.map(({ at }) => at));
  return {
    appliedCycle: newest(Object.values(suite.cycles)),
    functions: functions.size,
    changedAtMs: newest(changes),
    unreadable,
  };
}

const newest = (values: readonly number[]): number | null =>
  values.reduce<number | null>((most, value) => Math.max(most ?? value, value), null);
