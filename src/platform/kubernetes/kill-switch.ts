import { ForesizeError } from '#core/errors/error.ts';
import type { Actuator, WriteStop } from '#core/chain/ports.ts';
import { readConfigMap } from './config-map.ts';
import type { KubernetesConnection } from './connect.ts';

/** The ConfigMap by which an operator stops all writes, and its key: `on` or absent lets them go on, all else does not. */
export const KILL_SWITCH = { name: 'foresize-kill-switch', key: 'writes' } as const;

/** Reads the switch anew at each call. What cannot be read stops writes: an operator may have meant to. */
export function createKillSwitch(connection: KubernetesConnection): WriteStop {
  const { name, key } = KILL_SWITCH;
  const where = `the ConfigMap ${connection.namespace}/${name}`;
  return async (signal) => {
    try {
      const content = await readConfigMap(connection, name, signal);
      if (content === null) return `no writes: ${where} is missing; deploy/ creates it`;
      const value = content.data[key] ?? 'on';
      return value === 'on' ? null : `no writes: ${key} is ${JSON.stringify(value)} in ${where}`;
    } catch (error) {
      if (error instanceof ForesizeError) return `no writes: ${where} could not be read: ${error.message}`;
      throw error;
    }
  };
}

/** The actuator, asking before each change, or each write of it, whether it may be made; a stopped one is `refused`. */
export function stoppable(actuator: Actuator, writeStop: WriteStop): Actuator {
  if (actuator.stoppedBy) return actuator.stoppedBy(writeStop);
  return {
    ...actuator,
    apply: async (change, signal) => {
      const stop = await writeStop(signal);
      if (stop === null) return actuator.apply(change, signal);
      return { pod: change.pod.pod, result: 'refused', detail: stop };
    },
  };
}
