import type { Decision } from '#core/messages/decision.ts';
import { formatResource, RESOURCE_NAMES, type ResourceName, valueOf } from '#core/policy/resources.ts';
import { EPOCH_MS, type Run } from './simulate.ts';

/** What became of a run between two times, seconds from its start. */
export interface Outcome {
  /** Of the calls that were answered, seconds. */
  readonly p95: number;
  readonly failedShare: number;
  readonly meanUseCores: number;
  /** Mean CPU request ÷ mean use. */
  readonly requestOverUse: number;
  /** Minutes in which more was used than requested. */
  readonly shortShare: number;
  /** Minutes with more than a tenth of their CPU seconds throttled. */
  readonly throttledShare: number;
  readonly resizes: readonly Resize[];
}

export interface Resize {
  readonly at: number;
  readonly path: Decision['path'];
  readonly decision: Decision;
}

export function quantileOf(values: readonly number[], share: number): number {
  const sorted = Float64Array.from(values).sort();
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? NaN;
}

/** Durations of the calls that arrived in [from, to) and were answered. */
export function answered({ load, durations }: Run, from: number, to: number): number[] {
  return Array.from(durations).filter(
    (seconds, call) => seconds >= 0 && (load.times[call] ?? 0) >= from && (load.times[call] ?? Infinity) < to,
  );
}

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);

function shareOf<T>(values: readonly T[], holds: (value: T) => boolean): number {
  return values.filter(holds).length / Math.max(1, values.length);
}

export function resizesOf({ decisions }: Run, from = 0, to = Infinity): Resize[] {
  return decisions
    .filter(({ action }) => action === 'resize')
    .map((decision) => ({ at: (decision.at - EPOCH_MS) / 1000, path: decision.path, decision }))
    .filter(({ at }) => at >= from && at < to);
}

export function outcomeOf(run: Run, from = 0, to = Infinity): Outcome {
  const minutes = run.minutes.filter(({ at }) => at >= from && at < to);
  const calls = Array.from(run.durations).filter((_, call) => {
    const arrival = run.load.times[call] ?? 0;
    return arrival >= from && arrival < to;
  });
  const use = mean(minutes.map(({ cpuCores }) => cpuCores));
  return {
    p95: quantileOf(answered(run, from, to), 0.95),
    failedShare: shareOf(calls, (seconds) => seconds === -1),
    meanUseCores: use,
    requestOverUse: mean(minutes.map(({ desired }) => desired.cpuRequestCores ?? 0)) / use,
    shortShare: shareOf(minutes, ({ cpuCores, desired }) => cpuCores > (desired.cpuRequestCores ?? Infinity)),
    throttledShare: shareOf(
      minutes,
      ({ cpuCores, throttledSeconds }) => throttledSeconds > 0.1 * 60 * cpuCores,
    ),
    resizes: resizesOf(run, from, to),
  };
}

/** What `name` became, resize by resize, with what it was first. */
export function pathOf(run: Run, name: ResourceName): number[] {
  return resizesOf(run).reduce<number[]>((path, { decision }) => {
    const [from, to] = [
      decision.from && valueOf(decision.from, name),
      decision.to && valueOf(decision.to, name),
    ];
    if (from === null || to === null) return path;
    const begun = path.length === 0 ? [from] : path;
    return begun.at(-1) === to ? begun : [...begun, to];
  }, []);
}

/** How often a resource turned from growing to shrinking or back. */
export function turnsOf(run: Run, name: ResourceName): number {
  const path = pathOf(run, name);
  const signs = path.slice(1).map((value, index) => Math.sign(value - (path[index] ?? 0)));
  return signs.filter((sign, index) => index > 0 && sign !== signs[index - 1]).length;
}

/** For a person: every resize on a line. */
export function story(run: Run): string {
  return resizesOf(run)
    .map(({ at, path, decision: { from, to, reason } }) => {
      const changes = RESOURCE_NAMES.flatMap((name) => {
        const before = from && valueOf(from, name);
        const after = to && valueOf(to, name);
        if (before === null || after === null || before === after) return [];
        return [`${name} ${formatResource(name, before)}→${formatResource(name, after)}`];
      });
      return `${at.toFixed(0).padStart(6)} s ${path} ${changes.join(', ')}: ${reason}`;
    })
    .join('\n');
}
