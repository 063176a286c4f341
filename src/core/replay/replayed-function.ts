import type { LiveFunction } from '../chain/ports.ts';
import type { Resources } from '../usage/reading.ts';

/** Any day before the record: the replayed pod is no young one. */
const UP_BEFORE_MS = 86_400_000;

/** What a record does not tell of the function that it is of. */
export interface ReplayedFunction {
  readonly namespace: string;
  readonly name: string;
  /** Unix ms at which the record begins. */
  readonly startMs: number;
  readonly annotations: Readonly<Record<string, string>>;
  readonly template: Resources;
  /** What its one pod has, in force as well. */
  readonly desired: Resources;
}

/** The function of a record as it may have run: one pod, ready since long before. */
export function replayedFunction({
  namespace,
  name,
  startMs,
  annotations,
  template,
  desired,
}: ReplayedFunction): LiveFunction {
  const upSinceMs = startMs - UP_BEFORE_MS;
  return {
    namespace,
    name,
    uid: 'replayed',
    annotations,
    labels: {},
    replicas: 1,
    template,
    pods: [
      {
        namespace,
        functionName: name,
        pod: `${name}-replayed`,
        container: name,
        uid: 'replayed',
        node: null,
        qosClass: 'Burstable',
        ready: true,
        readySinceMs: upSinceMs,
        startedAtMs: upSinceMs,
        restarts: 0,
        lastTermination: null,
        desired,
        inForce: desired,
      },
    ],
  };
}
