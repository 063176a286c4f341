import type { LiveFunction } from '#core/chain/ports.ts';
import type { Decision } from '#core/messages/decision.ts';
import type { Quantiles } from '#core/messages/forecast.ts';
import type { DecideInput } from '#core/policy/context.ts';
import { type Drift, driftOf } from '#core/policy/drift.ts';
import { gateClosed } from '#core/policy/gate.ts';
import { looksLikeLeak } from '#core/policy/leak.ts';
import { quarantineOf } from '#core/policy/quarantine.ts';
import { kindOf, type Metric, RESOURCE_NAMES, type ResourceName, valueOf } from '#core/policy/resources.ts';
import { rolledBack } from '#core/policy/rules/rollback.ts';
import type { FunctionState } from '#core/policy/state.ts';
import type { Resources } from '#core/usage/reading.ts';
import type { Emit, FunctionMetric } from '#platform/metrics/function-metrics.ts';

const METRICS: readonly Metric[] = ['cpu', 'memory'];

type PerMetric<T> = Readonly<Record<Metric, T>>;

/** What the decisions about one function told: numbers only, since ten thousand of these are kept. */
export interface DecidedFacts {
  /** Unix ms of the last decision. */
  readonly at: number;
  /** By `action path`. */
  readonly counts: ReadonlyMap<string, number>;
  readonly rollbacks: PerMetric<number>;
  readonly recommended: Resources | null;
  readonly peak: PerMetric<Quantiles | null>;
  readonly skill: PerMetric<number | null>;
  readonly coverage: PerMetric<number | null>;
  readonly censored: number | null;
  readonly gaps: number | null;
  readonly isGateOff: boolean;
}

const NOTHING = { cpu: null, memory: null };

const ratio = (part: number, whole: number): number | null => (whole === 0 ? null : part / whole);

/** A pod got it, or will: what is refused is decided again in the next cycle. */
function wasTaken({ outcomes }: Decision): boolean {
  return outcomes.some(({ result }) => result === 'applied' || result === 'pending');
}

/** The facts once this decision is counted among those before. */
export function decided(
  before: DecidedFacts | undefined,
  decision: Decision,
  input: DecideInput | undefined,
): DecidedFacts {
  const { action, path, at, to, peak } = decision;
  const kind = `${action} ${path}`;
  const evidence = input?.forecast.evidence;
  const undone = new Set(wasTaken(decision) ? rolledBack(decision).map((name) => kindOf(name).metric) : []);
  const rollbacksOf = (metric: Metric): number =>
    (before?.rollbacks[metric] ?? 0) + (undone.has(metric) ? 1 : 0);
  return {
    at,
    counts: new Map(before?.counts).set(kind, (before?.counts.get(kind) ?? 0) + 1),
    rollbacks: { cpu: rollbacksOf('cpu'), memory: rollbacksOf('memory') },
    recommended: to,
    peak: { cpu: peak?.cpu ?? null, memory: peak?.memory ?? null },
    skill: evidence?.skill ?? NOTHING,
    coverage: evidence?.coverage ?? NOTHING,
    censored: evidence ? ratio(evidence.censored, evidence.samples) : null,
    gaps: evidence ? ratio(evidence.gaps, evidence.gaps + evidence.samples) : null,
    isGateOff: input?.settings.gate === 'off',
  };
}

/** All that is known of a function when it is asked for. */
export interface ApplyFacts {
  /** Unix ms. */
  readonly now: number;
  readonly facts: DecidedFacts;
  /** The facts are of late, or another replica has newer ones. */
  readonly isRecent: boolean;
  readonly live: LiveFunction;
  /** Null before the first decision is remembered. */
  readonly state: FunctionState | null;
}

/** The most that a pod has; null where one has none, which is without a bound. */
function allocated({ pods, template }: LiveFunction, resource: ResourceName): number | null {
  if (pods.length === 0) return valueOf(template, resource);
  const values = pods.map(({ inForce, desired }) => valueOf(inForce, resource) ?? valueOf(desired, resource));
  const known = values.filter((value) => value !== null);
  return known.length < values.length ? null : Math.max(...known);
}

/** How far the next rollout would take a resource back; null where nothing can be said. */
function driftRatio({ kinds, pods, template }: Drift): number | null {
  if (!kinds.includes('template')) return pods === null ? null : 0;
  if (!template || pods?.most == null) return null;
  // Where pods differ among themselves, the one that is further off.
  const least = pods.least ?? pods.most;
  const far = Math.abs(least - template) > Math.abs(pods.most - template) ? least : pods.most;
  return far / template - 1;
}

function furthest(ratios: readonly (number | null)[]): number | null {
  const known = ratios.filter((value) => value !== null);
  return known.reduce<number | null>(
    (far, value) => (far === null || Math.abs(value) > Math.abs(far) ? value : far),
    null,
  );
}

function emitDrift({ live, state }: ApplyFacts, emit: Emit): void {
  const { namespace, name, template, pods } = live;
  const desired = pods.map((pod) => pod.desired);
  const decidedSizes = state?.applied ?? null;
  const drifts = driftOf({ namespace, name, template, stack: null, pods: desired, decided: decidedSizes });
  for (const metric of METRICS) {
    const ofMetric = drifts.filter(({ resource }) => kindOf(resource).metric === metric);
    emit(furthest(ofMetric.map(driftRatio)), metric);
  }
}

function emitQuarantine({ state, now }: ApplyFacts, emit: Emit): void {
  if (state === null) return;
  for (const metric of METRICS) {
    const names = RESOURCE_NAMES.filter((name) => kindOf(name).metric === metric);
    emit(names.some((name) => quarantineOf(state, name, now) !== null) ? 1 : 0, metric);
  }
}

function emitGate({ state, facts }: ApplyFacts, emit: Emit): void {
  if (state === null) return;
  for (const metric of METRICS)
    emit(facts.isGateOff || gateClosed(state, metric, null) === null ? 1 : 0, metric);
}

/** By bound, the resources of a metric. */
function bounds(metric: Metric, value: (facts: ApplyFacts, name: ResourceName) => number | null) {
  return (facts: ApplyFacts, emit: Emit): void => {
    for (const name of RESOURCE_NAMES) {
      const kind = kindOf(name);
      if (kind.metric === metric) emit(value(facts, name), kind.isLimit ? 'limit' : 'request');
    }
  };
}

function quantiles(metric: Metric) {
  return ({ facts }: ApplyFacts, emit: Emit): void => {
    const of = facts.peak[metric];
    emit(of?.p50, '0.5');
    emit(of?.p90, '0.9');
    emit(of?.p95, '0.95');
    emit(of?.p99, '0.99');
  };
}

const byMetric =
  (value: (facts: DecidedFacts) => PerMetric<number | null>) =>
  ({ facts }: ApplyFacts, emit: Emit): void => {
    for (const metric of METRICS) emit(value(facts)[metric], metric);
  };

const inForce = ({ live }: ApplyFacts, name: ResourceName): number | null => allocated(live, name);
const advised = ({ facts }: ApplyFacts, name: ResourceName): number | null =>
  facts.recommended && valueOf(facts.recommended, name);

const GAUGES: readonly FunctionMetric<ApplyFacts>[] = [
  { name: 'foresize_allocated_cpu_cores', of: bounds('cpu', inForce) },
  { name: 'foresize_allocated_memory_bytes', of: bounds('memory', inForce) },
  { name: 'foresize_recommended_cpu_cores', of: bounds('cpu', advised) },
  { name: 'foresize_recommended_memory_bytes', of: bounds('memory', advised) },
  { name: 'foresize_forecast_cpu_cores', of: quantiles('cpu') },
  { name: 'foresize_forecast_memory_bytes', of: quantiles('memory') },
  { name: 'foresize_forecast_skill_ratio', of: byMetric(({ skill }) => skill) },
  { name: 'foresize_forecast_coverage_ratio', of: byMetric(({ coverage }) => coverage) },
  {
    name: 'foresize_censored_ratio',
    of: ({ facts }, emit) => {
      emit(facts.censored);
    },
  },
  {
    name: 'foresize_gap_ratio',
    of: ({ facts }, emit) => {
      emit(facts.gaps);
    },
  },
  { name: 'foresize_drift_ratio', of: emitDrift },
  { name: 'foresize_quarantined', of: emitQuarantine },
  {
    name: 'foresize_leak_suspected',
    of: ({ state, now }, emit) => {
      emit(state && (looksLikeLeak(state, now) ? 1 : 0));
    },
  },
  { name: 'foresize_gate_open', of: emitGate },
];

const COUNTERS: readonly FunctionMetric<ApplyFacts>[] = [
  {
    name: 'foresize_decisions_total',
    of: ({ facts }, emit) => {
      for (const [kind, count] of facts.counts) emit(count, ...kind.split(' '));
    },
  },
  { name: 'foresize_rollbacks_total', of: byMetric(({ rollbacks }) => rollbacks) },
];

/** Metrics of single functions that apply-resources knows. */
export const FUNCTION_METRICS: readonly FunctionMetric<ApplyFacts>[] = [
  ...COUNTERS,
  ...GAUGES.map(({ name, of }) => ({
    name,
    of: (facts: ApplyFacts, emit: Emit) => {
      if (facts.isRecent) of(facts, emit);
    },
  })),
];
