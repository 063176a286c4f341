import { isOver } from '#core/chain/cycle.ts';
import type { CycleStore } from '#core/chain/ports.ts';
import { ForesizeError } from '#core/errors/error.ts';
import { readConfigMap, writeConfigMap } from './config-map.ts';
import type { KubernetesConnection } from './connect.ts';

/** Made by deploy/ and by the local platform, since the reader may not create ConfigMaps. */
export const CYCLE_CONFIG_MAP = 'foresize-cycle';

const KEY = 'cycle';

/**
 * Claims cycles of `periodMs` by compare-and-swap in the ConfigMap `foresize-cycle`. `claim` throws `cycle-store-missing` without it.
 */
export function createCycleStore(connection: KubernetesConnection, periodMs: number): CycleStore {
  return {
    claim: async (cycle, signal) => {
      const found = await readConfigMap(connection, CYCLE_CONFIG_MAP, signal);
      if (found === null) {
        throw new ForesizeError(
          'cycle-store-missing',
          `the ConfigMap ${connection.namespace}/${CYCLE_CONFIG_MAP} does not exist, so no cycle can be claimed`,
        );
      }
      // Who claims does so within the cycle.
      if (isOver(cycle, storedCycle(found.data), cycle * periodMs, periodMs)) return false;
      const data = { ...found.data, [KEY]: String(cycle) };
      try {
        await writeConfigMap(connection, CYCLE_CONFIG_MAP, { ...found, data }, signal);
        return true;
      } catch (error) {
        // Whoever was first claimed this cycle or a later one, or the next call can.
        if (error instanceof ForesizeError && error.code === 'state-conflict') return false;
        throw error;
      }
    },
  };
}

/** What is not a number claims nothing: the store holds this one counter, and a later cycle replaces it. */
function storedCycle(data: Readonly<Record<string, string>>): number {
  const text = data[KEY] ?? '';
  return /^\d+$/.test(text) ? Number(text) : -1;
}
