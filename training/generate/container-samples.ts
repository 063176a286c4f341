import type { ContainerSeries } from '#core/usage/reading.ts';
import type { FunctionPlan } from './function-plan.ts';
import type { SamplingPlan } from './sampling-plan.ts';
import type { SampleTimes } from './sample-times.ts';
import type { Run } from './simulate-run.ts';

/** Where a trace begins in Unix ms, and whose it is. */
export interface Identity {
  readonly namespace: string;
  readonly name: string;
  readonly startMs: number;
}

/** Stamps are whole milliseconds. */
export function stampMs(stampS: number, { startMs }: Identity): number {
  return startMs + Math.round(1000 * stampS);
}

/** A counter's value between two of its seconds. */
function between(column: Float64Array, position: number): number {
  const at = Math.floor(position);
  const before = column[at] ?? NaN;
  return before + (position - at) * ((column[at + 1] ?? before) - before);
}

/** The samples whose values were read, and were stamped, while a run was there. */
function samplesOf({ startS, endS }: Run, { stampS, readS }: SampleTimes): readonly number[] {
  const samples: number[] = [];
  stampS.forEach((stamp, sample) => {
    if ((readS[sample] ?? NaN) >= startS && stamp <= endS) samples.push(sample);
  });
  return samples;
}

const finite = (value: number): number => (Number.isFinite(value) ? value : NaN);

/** `qrcode-5d9c7b6f4-00001`: as a Deployment names its pods. */
function podName(name: string, pod: number): string {
  return `${name}-5d9c7b6f4-${String(pod).padStart(5, '0')}`;
}

function seriesOf(
  run: Run,
  isOngoing: boolean,
  plan: FunctionPlan,
  sampling: SamplingPlan,
  times: SampleTimes,
  identity: Identity,
): ContainerSeries {
  const samples = samplesOf(run, times);
  const column = (value: (readS: number) => number): Float64Array =>
    Float64Array.from(samples, (sample) => value(times.readS[sample] ?? NaN));
  const counter = isOngoing ? sampling.counterSeconds : 0;
  return {
    namespace: identity.namespace,
    pod: podName(identity.name, run.pod),
    startedAtMs: isOngoing || !sampling.knowsStarts ? null : identity.startMs + 1000 * run.startS,
    timesMs: Float64Array.from(samples, (sample) => stampMs(times.stampS[sample] ?? NaN, identity)),
    cpuSeconds: column((at) => counter + between(run.cpuSeconds, at - run.startS)),
    throttledSeconds: column(() => NaN),
    throttledPeriods: column(() => NaN),
    memoryBytes: column((at) => run.memoryBytes[Math.floor(at - run.startS)] ?? NaN),
    oomEvents: column(() => NaN),
    cpuLimitCores: column((at) =>
      finite(plan.cpuLimitCores[Math.min(plan.seconds - 1, Math.floor(at))] ?? NaN),
    ),
    memoryLimitBytes: column(() => finite(run.memoryLimitBytes)),
  };
}

/** Two runs of one container as one series. */
function joined(before: ContainerSeries, after: ContainerSeries): ContainerSeries {
  const join = (a: Float64Array, b: Float64Array): Float64Array => {
    const both = new Float64Array(a.length + b.length);
    both.set(a);
    both.set(b, a.length);
    return both;
  };
  return {
    ...before,
    timesMs: join(before.timesMs, after.timesMs),
    cpuSeconds: join(before.cpuSeconds, after.cpuSeconds),
    throttledSeconds: join(before.throttledSeconds, after.throttledSeconds),
    throttledPeriods: join(before.throttledPeriods, after.throttledPeriods),
    memoryBytes: join(before.memoryBytes, after.memoryBytes),
    oomEvents: join(before.oomEvents, after.oomEvents),
    cpuLimitCores: join(before.cpuLimitCores, after.cpuLimitCores),
    memoryLimitBytes: join(before.memoryLimitBytes, after.memoryLimitBytes),
  };
}

/** What cAdvisor tells of the runs: raw counters, one series a run, or one a pod where the plan joins them. */
export function containerSamples(
  runs: readonly Run[],
  plan: FunctionPlan,
  sampling: SamplingPlan,
  times: SampleTimes,
  identity: Identity,
): readonly ContainerSeries[] {
  const all: ContainerSeries[] = [];
  runs.forEach((run, at) => {
    const series = seriesOf(run, at === 0 && plan.beginsAtS === 0, plan, sampling, times, identity);
    const before = all.at(-1);
    if (sampling.joinsRestarts && before?.pod === series.pod) all[all.length - 1] = joined(before, series);
    else all.push(series);
  });
  return all;
}
