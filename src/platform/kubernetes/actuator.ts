import type { Actuator, PodChange, PodOutcome, WriteStop } from '#core/chain/ports.ts';
import type { Metric } from '#core/policy/resources.ts';
import type { PodFacts, Resources } from '#core/usage/reading.ts';
import { apiMessage } from './api-error.ts';
import type { KubernetesConnection } from './connect.ts';
import {
  createPodResizer,
  isGone,
  isRefusal,
  type MetricOutcome,
  type PodResizer,
  resizeMetric,
  STOPPED,
  StoppedError,
  unlessStopped,
} from './resize-pod.ts';
import { resizeStatus, type ResizeStatus } from './resize-status.ts';
import { cpuChange, differs, memoryChange, merged, only, qosClassOf } from './resources.ts';

export interface ActuatorOptions {
  /** How long `apply` follows one patch before it answers `pending`. @default 5000 */
  readonly followMs?: number;
  /** @default 200 */
  readonly pollMs?: number;
  /** Asked before each patch. @default writes are never stopped */
  readonly writeStop?: WriteStop;
}

export interface KubernetesActuator extends Actuator {
  readonly name: 'kubernetes';
  /** What has become of a change, without asking for anything. */
  readBack(change: PodChange, signal: AbortSignal): Promise<PodOutcome>;
  rehearse(change: PodChange, signal: AbortSignal): Promise<PodOutcome>;
}

type Attempt = Omit<PodOutcome, 'pod'>;

/**
 * Resizes running pods in place. CPU and memory go as separate patches, CPU first: the kubelet holds up all of a pod's
 * resize for the part that it cannot give.
 */
export function createKubernetesActuator(
  connection: KubernetesConnection,
  { followMs = 5000, pollMs = 200, writeStop = neverStopped }: ActuatorOptions = {},
): KubernetesActuator {
  const resizerOf = (pod: PodFacts): PodResizer =>
    createPodResizer(connection, pod, { followMs, pollMs, writeStop });

  async function readBack({ pod, to }: PodChange, signal: AbortSignal): Promise<Attempt> {
    const { object } = await resizerOf(pod).look(signal);
    return standing(resizeStatus(object, pod.container, to));
  }

  async function rehearse({ pod, to }: PodChange, signal: AbortSignal): Promise<Attempt> {
    await resizerOf(pod).rehearse(to, signal);
    return { result: 'dry-run', detail: 'dry run: the API server would accept it' };
  }

  return {
    name: 'kubernetes',
    plan: (target, to) => target.pods.filter((pod) => differs(pod.desired, to)).map((pod) => ({ pod, to })),
    apply: (change, signal) =>
      report(change.pod.pod, signal, () => attempt(resizerOf(change.pod), change.to, signal)),
    stoppedBy: (stop) => createKubernetesActuator(connection, { followMs, pollMs, writeStop: stop }),
    readBack: (change, signal) => report(change.pod.pod, signal, () => readBack(change, signal)),
    rehearse: async (change, signal) => {
      const outcome = await report(change.pod.pod, signal, () => rehearse(change, signal));
      return { ...outcome, result: 'dry-run' };
    },
  };
}

const neverStopped: WriteStop = () => Promise.resolve(null);

async function attempt(resizer: PodResizer, to: Resources, signal: AbortSignal): Promise<Attempt> {
  const { facts } = await resizer.look(signal);
  const refusal = qosRefusal(facts, to);
  if (refusal !== null) return { result: 'refused', detail: refusal, condition: 'Refused' };
  const asked: Metric[] = [];
  if (cpuChange(facts.desired, to) !== null) asked.push('cpu');
  if (memoryChange(facts.desired, to) !== null) asked.push('memory');
  if (asked.length === 0) return standing(await resizer.ask(to, signal));
  const outcomes: MetricOutcome[] = [];
  for (const metric of asked) outcomes.push(await resizeMetric(resizer, metric, to, signal));
  const [first] = outcomes;
  if (first && outcomes.every(({ condition }) => condition === STOPPED))
    return { result: 'refused', detail: first.detail };
  await unlessStopped(() => askAgain(resizer, facts, outcomes, to, signal));
  return summary(outcomes);
}

function standing({ state, reason, detail }: ResizeStatus): Attempt {
  return state === 'in-force'
    ? { result: 'applied', detail }
    : { result: 'pending', detail, condition: reason };
}

/** What went back so that something else got through is asked for again, and waits in the specification. */
async function askAgain(
  resizer: PodResizer,
  before: PodFacts,
  outcomes: readonly MetricOutcome[],
  to: Resources,
  signal: AbortSignal,
): Promise<void> {
  const waiting = outcomes.filter(({ condition }) => condition === 'Deferred' || condition === 'Error');
  const wanted = waiting.map(({ metric }) => only(metric, to));
  const untouched = (['cpu', 'memory'] as const).filter(
    (metric) => !outcomes.some((outcome) => outcome.metric === metric),
  );
  // What was held up before, and not by an infeasible wish, was decided earlier and still holds.
  if (before.resize && before.resize.reason !== 'Infeasible')
    wanted.push(...untouched.map((metric) => only(metric, before.desired)));
  const [first, ...rest] = wanted;
  if (first === undefined) return;
  const all = rest.reduce((next, one) => merged(next, one), first);
  const { facts } = await resizer.look(signal);
  if (differs(facts.desired, all)) await resizer.ask(all, signal);
}

const LABEL = { cpu: 'CPU', memory: 'memory' } as const;

function summary(outcomes: readonly MetricOutcome[]): Attempt {
  const refused = outcomes.filter(({ result }) => result === 'refused').map(({ metric }) => metric);
  const worst =
    outcomes.find(({ result }) => result === 'pending') ??
    outcomes.find(({ result }) => result !== 'applied') ??
    outcomes[0];
  const many = outcomes.length > 1 && worst?.result !== 'applied';
  const told = many
    ? outcomes.map(({ metric, detail }) => `${LABEL[metric]} ${detail}`)
    : [worst?.detail ?? ''];
  return {
    result: resultOf(outcomes),
    detail: told.join('; '),
    ...(worst === undefined || worst.condition === '' ? {} : { condition: worst.condition }),
    ...(refused.length === 0 ? {} : { refused }),
  };
}

function resultOf(outcomes: readonly MetricOutcome[]): Attempt['result'] {
  const has = (result: MetricOutcome['result']): boolean => outcomes.some((one) => one.result === result);
  if (has('pending')) return 'pending';
  // Half done is not failed: the next cycle brings the rest.
  if (has('applied')) return has('failed') ? 'pending' : 'applied';
  return has('failed') ? 'failed' : 'refused';
}

async function report(pod: string, signal: AbortSignal, action: () => Promise<Attempt>): Promise<PodOutcome> {
  try {
    return { pod, ...(await action()) };
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof StoppedError) return { pod, result: 'refused', detail: error.message };
    if (isGone(error)) return { pod, result: 'refused', detail: `the pod ${pod} is gone` };
    return { pod, result: isRefusal(error) ? 'refused' : 'failed', detail: apiMessage(error) };
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
