import { setTimeout as delay } from 'node:timers/promises';
import type { V1Pod } from '@kubernetes/client-node';
import type { Actuator, PodChange, PodOutcome } from '#core/chain/ports.ts';
import type { PodFacts, Resources } from '#core/usage/reading.ts';
import { apiMessage, apiStatus } from './api-error.ts';
import { STRATEGIC_MERGE, type KubernetesConnection } from './connect.ts';
import { toPodFacts } from './pod-facts.ts';
import { resizeStatus, type ResizeStatus } from './resize-status.ts';
import { cpuChange, differs, memoryChange, merged, qosClassOf, type Requirements } from './resources.ts';

export interface ActuatorOptions {
  /** How long `apply` follows one patch before it answers `pending`. @default 5000 */
  readonly followMs?: number;
  /** @default 200 */
  readonly pollMs?: number;
}

export interface KubernetesActuator extends Actuator {
  readonly name: 'kubernetes';
  /** What has become of a change, without asking for anything. */
  readBack(change: PodChange, signal: AbortSignal): Promise<PodOutcome>;
}

type Attempt = Omit<PodOutcome, 'pod'>;

/**
 * Resizes running pods in place. CPU and memory go as separate patches, CPU first: while a memory change is held up, the
 * kubelet holds up a CPU change in the same patch too.
 */
export function createKubernetesActuator(
  connection: KubernetesConnection,
  { followMs = 5000, pollMs = 200 }: ActuatorOptions = {},
): KubernetesActuator {
  const { namespace } = connection;

  const read = (pod: PodFacts, signal: AbortSignal): Promise<V1Pod> =>
    connection.core(signal).readNamespacedPod({ name: pod.pod, namespace });

  const patch = (pod: PodFacts, resources: Requirements, signal: AbortSignal): Promise<V1Pod> =>
    connection
      .core(signal)
      .patchNamespacedPodResize(
        { name: pod.pod, namespace, body: { spec: { containers: [{ name: pod.container, resources }] } } },
        STRATEGIC_MERGE,
      );

  async function follow(pod: PodFacts, to: Resources, signal: AbortSignal): Promise<ResizeStatus> {
    const deadline = performance.now() + followMs;
    for (;;) {
      const found = await read(pod, signal);
      if (found.metadata?.uid !== pod.uid) throw new GoneError(pod.pod);
      const status = resizeStatus(found, pod.container, to);
      if (status.state !== 'in-progress' || performance.now() >= deadline) return status;
      await delay(pollMs, undefined, { signal });
    }
  }

  /** Answers null once the values are in force. */
  async function bring(
    { pod, to }: PodChange,
    resources: Requirements | null,
    signal: AbortSignal,
  ): Promise<Attempt | null> {
    if (resources === null) return null;
    await patch(pod, resources, signal);
    const status = await follow(pod, to, signal);
    return status.state === 'in-force' ? null : { result: 'pending', detail: status.detail };
  }

  async function attempt(change: PodChange, signal: AbortSignal): Promise<Attempt> {
    const { pod, to } = change;
    const facts = toPodFacts(await read(pod, signal));
    if (facts?.uid !== pod.uid) throw new GoneError(pod.pod);
    const from = facts.desired;
    const refusal = qosRefusal(facts, to);
    if (refusal !== null) return { result: 'refused', detail: refusal };
    const cpu = { ...to, memoryRequestBytes: null, memoryLimitBytes: null };
    return (
      (await bring({ pod, to: cpu }, cpuChange(from, to), signal)) ??
      (await bring(change, memoryChange(from, to), signal)) ?? { result: 'applied', detail: 'in force' }
    );
  }

  return {
    name: 'kubernetes',
    plan: (target, to) => target.pods.filter((pod) => differs(pod.desired, to)).map((pod) => ({ pod, to })),
    apply: (change, signal) => report(change.pod.pod, signal, () => attempt(change, signal)),
    readBack: (change, signal) =>
      report(change.pod.pod, signal, async () => {
        const status = resizeStatus(await read(change.pod, signal), change.pod.container, change.to);
        return status.state === 'in-force'
          ? { result: 'applied', detail: status.detail }
          : { result: 'pending', detail: status.detail };
      }),
  };
}

/** The pod was removed, or another one has its name. */
class GoneError extends Error {
  constructor(pod: string) {
    super(`the pod ${pod} is gone`);
  }
}

/** A 4xx is the API server's refusal; anything else a failure that the next cycle repeats. */
async function report(pod: string, signal: AbortSignal, action: () => Promise<Attempt>): Promise<PodOutcome> {
  try {
    return { pod, ...(await action()) };
  } catch (error) {
    signal.throwIfAborted();
    const status = apiStatus(error);
    if (error instanceof GoneError || status === 404)
      return { pod, result: 'refused', detail: `the pod ${pod} is gone` };
    const refused = status !== null && status >= 400 && status < 500 && status !== 409 && status !== 429;
    return { pod, result: refused ? 'refused' : 'failed', detail: apiMessage(error) };
  }
}

/**
 * Why the API server would refuse; null if it would not. Where the container alone does not explain its pod's class there
 * are others beside it, and only the API server can tell.
 */
function qosRefusal({ desired, qosClass }: PodFacts, to: Resources): string | null {
  if (qosClassOf(desired) !== qosClass) return null;
  const after = qosClassOf(merged(desired, to));
  return after === qosClass
    ? null
    : `the change would make the ${qosClass} pod ${after}; the class must stay`;
}
