import { setTimeout as delay } from 'node:timers/promises';
import { V1ObjectMeta, type V1Pod } from '@kubernetes/client-node';
import type { WriteStop } from '#core/chain/ports.ts';
import type { Metric } from '#core/policy/resources.ts';
import type { PodFacts, Resources } from '#core/usage/reading.ts';
import { apiMessage, apiStatus } from './api-error.ts';
import { STRATEGIC_MERGE, type KubernetesConnection } from './connect.ts';
import { toPodFacts } from './pod-facts.ts';
import { inProgress, resizeStatus, type ResizeStatus } from './resize-status.ts';
import { cpuChange, memoryChange, merged, only, type Requirements } from './resources.ts';

/** The pod was removed, or another one has its name. */
class GoneError extends Error {
  constructor(pod: string) {
    super(`the pod ${pod} is gone`);
  }
}

export const isGone = (error: unknown): boolean => error instanceof GoneError || apiStatus(error) === 404;

/** A 4xx is the API server's refusal; a conflict, too many calls and all else are failures that the next cycle repeats. */
export function isRefusal(error: unknown): boolean {
  const status = apiStatus(error);
  return status !== null && status >= 400 && status < 500 && status !== 409 && status !== 429;
}

/** Writes are stopped; the message says by what. */
export class StoppedError extends Error {}

/** Does what may be left undone where writes are stopped meanwhile. */
export async function unlessStopped(action: () => Promise<unknown>): Promise<void> {
  try {
    await action();
  } catch (error) {
    if (!(error instanceof StoppedError)) throw error;
  }
}

export interface PodResizer {
  /** The pod as it is now. Throws `GoneError`. */
  look(signal: AbortSignal): Promise<{ readonly object: V1Pod; readonly facts: PodFacts }>;
  /**
   * Asks for what `want` sets and follows it. A resize that is held up holds up every other one of the pod: what else is
   * held up goes back to what is in force, in the same patch. What stands so already is not asked for again. Where the
   * API server goes away after it has taken the patch, the resize is in progress.
   * Throws `StoppedError` before anything is written while writes are stopped.
   */
  ask(want: Resources, signal: AbortSignal): Promise<ResizeStatus>;
  /** The API server's answer to the same, without changing anything. Throws its refusal. */
  rehearse(want: Resources, signal: AbortSignal): Promise<void>;
}

interface Options {
  readonly followMs: number;
  readonly pollMs: number;
  readonly writeStop: WriteStop;
}

const NOTHING: Resources = {
  cpuRequestCores: null,
  cpuLimitCores: null,
  memoryRequestBytes: null,
  memoryLimitBytes: null,
};

/** The pod may be changed by the kubelet or another controller between read and patch. */
const TRIES = 4;

/** Resizes of one pod, each read and written as one: a patch names the pod's uid and version. */
export function createPodResizer(
  connection: KubernetesConnection,
  pod: PodFacts,
  { followMs, pollMs, writeStop }: Options,
): PodResizer {
  const { namespace } = connection;

  async function look(signal: AbortSignal): Promise<{ object: V1Pod; facts: PodFacts }> {
    const object = await connection.core(signal).readNamespacedPod({ name: pod.pod, namespace });
    const facts = toPodFacts(object);
    if (facts?.uid !== pod.uid) throw new GoneError(pod.pod);
    return { object, facts };
  }

  const patch = (object: V1Pod, resources: Requirements, signal: AbortSignal, dryRun = false) => {
    const uid = object.metadata?.uid;
    const resourceVersion = object.metadata?.resourceVersion;
    const body = {
      metadata: Object.assign(new V1ObjectMeta(), { uid, resourceVersion }),
      spec: { containers: [{ name: pod.container, resources }] },
    };
    const request = { name: pod.pod, namespace, body, ...(dryRun ? { dryRun: 'All' } : {}) };
    return connection.core(signal).patchNamespacedPodResize(request, STRATEGIC_MERGE);
  };

  async function follow(to: Resources, signal: AbortSignal): Promise<ResizeStatus> {
    const deadline = performance.now() + followMs;
    for (;;) {
      const status = await statusOf(to, signal);
      if (status.state !== 'in-progress' || performance.now() >= deadline) return status;
      await delay(pollMs, undefined, { signal });
    }
  }

  async function statusOf(to: Resources, signal: AbortSignal): Promise<ResizeStatus> {
    try {
      const { object } = await look(signal);
      return resizeStatus(object, pod.container, to);
    } catch (error) {
      signal.throwIfAborted();
      if (isGone(error) || isRefusal(error)) throw error;
      return inProgress(`asked for, and not heard of since: ${apiMessage(error)}`);
    }
  }

  async function mayWrite(signal: AbortSignal): Promise<void> {
    const stop = await writeStop(signal);
    if (stop !== null) throw new StoppedError(stop);
  }

  async function ask(want: Resources, signal: AbortSignal): Promise<ResizeStatus> {
    for (let tries = 1; ; tries += 1) {
      const { object, facts } = await look(signal);
      const to = merged(goesBack(object, facts), want);
      const change = changeOf(facts.desired, to);
      try {
        if (change !== null) {
          await mayWrite(signal);
          await patch(object, change, signal);
        }
        return await follow(to, signal);
      } catch (error) {
        if (apiStatus(error) !== 409 || tries === TRIES) throw error;
      }
    }
  }

  return {
    look,
    ask,
    rehearse: async (want, signal) => {
      const { object, facts } = await look(signal);
      const change = changeOf(facts.desired, want);
      if (change !== null) await patch(object, change, signal, true);
    },
  };
}

/**
 * What is to go back for another resize to get through. A memory limit below use is in progress for many seconds before
 * the kubelet calls it an error, and holds up the pod's CPU all the while.
 */
function goesBack(object: V1Pod, { container, desired, inForce }: PodFacts): Resources {
  const { state } = resizeStatus(object, container, desired);
  if (state === 'held-up') return inForce;
  const isLowered = (desired.memoryLimitBytes ?? Infinity) < (inForce.memoryLimitBytes ?? -Infinity);
  return state === 'in-progress' && isLowered ? only('memory', inForce) : NOTHING;
}

function changeOf(from: Resources, to: Resources): Requirements | null {
  const cpu = cpuChange(from, to);
  const memory = memoryChange(from, to);
  if (cpu === null || memory === null) return cpu ?? memory;
  return {
    requests: { ...cpu.requests, ...memory.requests },
    limits: { ...cpu.limits, ...memory.limits },
  };
}

/** What became of one metric of a pod. */
export interface MetricOutcome {
  readonly metric: Metric;
  readonly result: 'applied' | 'pending' | 'refused' | 'failed';
  /** As in `PodOutcome`. */
  readonly condition: string;
  readonly detail: string;
}

/** Asks for one metric and says what became of it; a refusal leaves the pod as it was. Throws `GoneError`. */
export async function resizeMetric(
  resizer: PodResizer,
  metric: Metric,
  to: Resources,
  signal: AbortSignal,
): Promise<MetricOutcome> {
  try {
    const { facts: before } = await resizer.look(signal);
    const status = await resizer.ask(only(metric, to), signal);
    if (status.state === 'in-force')
      return { metric, result: 'applied', condition: '', detail: status.detail };
    const { reason: condition, detail } = status;
    if (condition === 'Infeasible') {
      // Left in the specification it would hold up every later resize of the pod.
      await resizer.ask(only(metric, before.inForce), signal);
      return { metric, result: 'refused', condition, detail };
    }
    if (condition === 'Deferred') await raiseLimit(resizer, metric, to, before, signal);
    return { metric, result: 'pending', condition, detail };
  } catch (error) {
    return failureOf(metric, error, signal);
  }
}

/** Room is a matter of requests: a limit that grows need not wait for it. */
async function raiseLimit(
  resizer: PodResizer,
  metric: Metric,
  to: Resources,
  { inForce, qosClass }: PodFacts,
  signal: AbortSignal,
): Promise<void> {
  const [request, limit] =
    metric === 'cpu'
      ? (['cpuRequestCores', 'cpuLimitCores'] as const)
      : (['memoryRequestBytes', 'memoryLimitBytes'] as const);
  if (qosClass === 'Guaranteed' || (to[limit] ?? 0) <= (inForce[limit] ?? Infinity)) return;
  await unlessStopped(() => resizer.ask({ ...only(metric, to), [request]: inForce[request] }, signal));
}

/** As a `condition`: writes were stopped before it was asked for. */
export const STOPPED = 'Stopped';

function failureOf(metric: Metric, error: unknown, signal: AbortSignal): MetricOutcome {
  signal.throwIfAborted();
  if (error instanceof StoppedError)
    return { metric, result: 'failed', condition: STOPPED, detail: error.message };
  if (isGone(error)) throw error;
  const detail = apiMessage(error);
  return isRefusal(error)
    ? { metric, result: 'refused', condition: 'Refused', detail }
    : { metric, result: 'failed', condition: '', detail };
}
