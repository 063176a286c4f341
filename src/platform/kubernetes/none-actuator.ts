import type { Actuator } from '#core/chain/ports.ts';
import { differs } from './resources.ts';

/** Plans as `kubernetes` does and changes nothing: the decision is on record, and that is all. */
export function createNoneActuator(): Actuator {
  return {
    name: 'none',
    plan: (target, to) => target.pods.filter((pod) => differs(pod.desired, to)).map((pod) => ({ pod, to })),
    apply: ({ pod }) =>
      Promise.resolve({
        pod: pod.pod,
        result: 'refused',
        detail: 'the actuator is none: the decision is recorded only',
      }),
  };
}
