import { POLICY } from '#core/policy/constants.ts';
import { formatValue, type Metric } from '#core/policy/resources.ts';
import { oracleSizing } from '#core/replay/oracle.ts';
import { allocationsInForce } from '#core/replay/timing.ts';
import { LEVELS, type QuantileName } from '#forecast/levels.ts';
import { type Base, type Describe, judgeFront, judgeSetting, type Trial } from './judge-method.ts';
import type { QuantileColumns } from './peak-quantiles.ts';
import { type MethodName, type MethodReport, METHODS } from './report.ts';
import { type Scored, scoresOf } from './scores.ts';

interface Rule {
  readonly level: QuantileName;
  readonly margin: number;
}

/** How requests are sized (`cpuRequest` and `memoryRequest` of the policy). */
export const SIZED_BY: Readonly<Record<Metric, Rule>> = {
  cpu: { level: 'p90', margin: POLICY.requestMargin },
  memory: { level: 'p95', margin: POLICY.requestMargin },
};

/** The safety margin of the Vertical Pod Autoscaler's target, which is p90 of both. */
const VPA: Rule = { level: 'p90', margin: 1.15 };

const NOTHING = { own: null, best: null, front: [], scores: null };

const report = (method: MethodName, rest: Partial<Omit<MethodReport, 'method'>>): MethodReport => ({
  method,
  label: METHODS[method],
  ...NOTHING,
  ...rest,
});

/** What perfect foresight at this cadence and delay would have taken. */
export function judgeOracle(trial: Trial): MethodReport {
  const { series, timing, phases } = trial;
  const allocations = allocationsInForce(timing, phases, oracleSizing(series, timing));
  const own = judgeSetting(trial, { level: 'peak', allocations }, 1, () => 'exact peak');
  return report('oracle', { own });
}

/** One value for all time, chosen knowing everything. */
export function judgeStatic(trial: Trial): MethodReport {
  const base: Base = { level: '', allocations: [new Float64Array(trial.timing.to).fill(1)] };
  const describe: Describe = (_level, value) => formatValue(trial.series.metric, value);
  return report('static', judgeFront(trial, [base], describe));
}

/** The limits in force while the history was recorded; null where none is known. */
export function judgeLimits(trial: Trial): MethodReport | null {
  const { limit } = trial.series;
  if (limit === null || limit.every(Number.isNaN)) return null;
  const own = judgeSetting(trial, { level: 'limit', allocations: [limit] }, 1, () => 'as recorded');
  return report('limits', { own });
}

/** Any quantile times any margin; as it is used: the policy's own, or the Vertical Pod Autoscaler's. */
export function judgeQuantiles(
  trial: Trial,
  method: MethodName,
  columns: QuantileColumns,
  scoring: { readonly base: QuantileColumns; readonly scored: Scored },
  label: string = METHODS[method],
): MethodReport {
  const bases = LEVELS.map(([level]) => ({
    level,
    allocations: allocationsInForce(trial.timing, trial.phases, (step) => columns[level][step] ?? NaN),
  }));
  const use = method === 'vpa' ? VPA : SIZED_BY[trial.series.metric];
  const own = bases.find(({ level }) => level === use.level);
  return report(method, {
    label,
    own: own === undefined ? null : judgeSetting(trial, own, use.margin),
    ...judgeFront(trial, bases),
    scores: scoresOf(columns, scoring.base, scoring.scored),
  });
}

/** Requests that the whole policy set, one column a phase. */
export function judgePolicy(trial: Trial, allocations: readonly Float64Array[]): MethodReport {
  const own = judgeSetting(trial, { level: 'policy', allocations }, 1, () => 'as annotated');
  return report('policy', { own });
}
