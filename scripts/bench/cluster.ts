/** A cluster of N functions as its exposition texts and API describe it: all busy, one pod each. */
import type { LiveFunction } from '#core/chain/ports.ts';
import type { PodFacts, Resources } from '#core/usage/reading.ts';

export const NAMESPACE = 'openfaas-fn';
export const END_MS = 1_700_000_100_000;
export const STEP_MS = 15_000;
export const STEPS = 240;
const CHUNK = 100;
const BOUNDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

const podOf = (index: number): string => `fn-${index}-7d9c9b5f4-x2x7k`;

const RESOURCES: Resources = {
  cpuRequestCores: 0.1,
  cpuLimitCores: 0.5,
  memoryRequestBytes: 2 ** 26,
  memoryLimitBytes: 2 ** 28,
};

function podFacts(index: number): PodFacts {
  return {
    ...{ namespace: NAMESPACE, functionName: `fn-${index}`, pod: podOf(index), container: `fn-${index}` },
    ...{ uid: `pod-${index}`, node: 'node-0', qosClass: 'Burstable', ready: true, restarts: 0 },
    ...{ readySinceMs: END_MS - 7_200_000, startedAtMs: END_MS - 7_200_000, lastTermination: null },
    ...{ desired: RESOURCES, inForce: RESOURCES },
  };
}

export function liveFunction(_: unknown, index: number): LiveFunction {
  return {
    ...{ namespace: NAMESPACE, name: `fn-${index}`, uid: `deployment-${index}`, labels: {}, replicas: 1 },
    annotations: { 'foresize/mode': 'apply', 'foresize/gate': 'off' },
    template: RESOURCES,
    pods: [podFacts(index)],
  };
}

/** Counters of function `index` after `step` steps: each grows on a rhythm of its own. */
function containerLines(index: number, step: number, atMs: number): string {
  const labels = `{container="fn-${index}",id="/kubepods/burstable/pod${index}/a${index}b",image="example/fn",name="c${index}",namespace="${NAMESPACE}",pod="${podOf(index)}"}`;
  const used = (step * 0.31 + Math.sin((step + index) / 9) * 0.3 + 1).toFixed(9);
  const memory = 3e7 + ((step * 7919 + index * 104_729) % 4096) * 4096;
  return [
    `container_cpu_usage_seconds_total${labels.replace('{', '{cpu="total",')} ${used} ${atMs}`,
    `container_cpu_cfs_throttled_seconds_total${labels} ${(step * 0.01).toFixed(6)} ${atMs}`,
    `container_cpu_cfs_throttled_periods_total${labels} ${step} ${atMs}`,
    `container_memory_working_set_bytes${labels} ${memory} ${atMs}`,
    `container_oom_events_total${labels} 0 ${atMs}`,
    `container_start_time_seconds${labels} ${(END_MS - 7_200_000) / 1000}`,
    `container_spec_cpu_quota${labels} 50000`,
    `container_spec_cpu_period${labels} 100000`,
    `container_spec_memory_limit_bytes${labels} ${2 ** 28}\n`,
  ].join('\n');
}

/** What a kubelet says beside what is wanted, and the parser has to pass over. */
function otherLines(index: number, atMs: number): string {
  const labels = `{container="fn-${index}",id="/kubepods/burstable/pod${index}/a${index}b",image="example/fn",name="c${index}",namespace="${NAMESPACE}",pod="${podOf(index)}"}`;
  return Array.from({ length: 30 }, (_, i) => `container_other_${i}_total${labels} ${i} ${atMs}\n`).join('');
}

function callLines(index: number, step: number): string {
  const name = `function_name="fn-${index}.${NAMESPACE}"`;
  const calls = step * 4 + (index % 3);
  const bucket = (bound: number | string, count: number): string =>
    `gateway_functions_seconds_bucket{code="200",${name},le="${bound}"} ${count}\n`;
  return (
    `gateway_function_invocation_started{${name}} ${calls + 1}\n` +
    `gateway_function_invocation_total{code="200",${name}} ${calls}\n` +
    BOUNDS.map((bound, i) => bucket(bound, Math.floor((calls * (i + 1)) / 12))).join('') +
    bucket('+Inf', calls)
  );
}

function* inChunks(functions: number, lines: (index: number) => string): Generator<Buffer> {
  for (let first = 0; first < functions; first += CHUNK) {
    let text = '';
    for (let index = first; index < Math.min(functions, first + CHUNK); index += 1) text += lines(index);
    yield Buffer.from(text);
  }
}

/** The kubelet's text after `step` steps; `whole` with the metrics that nobody asked for. */
export function kubeletText(functions: number, step: number, whole: boolean): Generator<Buffer> {
  const atMs = END_MS - (STEPS - step) * STEP_MS;
  return inChunks(
    functions,
    (index) => containerLines(index, step, atMs) + (whole ? otherLines(index, atMs) : ''),
  );
}

export function gatewayText(functions: number, step: number): Generator<Buffer> {
  return inChunks(functions, (index) => callLines(index, step));
}
