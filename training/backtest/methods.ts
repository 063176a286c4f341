import { POLICY } from '#core/policy/constants.ts';
import type { Metric } from '#core/policy/resources.ts';
import { oracleSizing } from '#core/replay/oracle.ts';
import { allocationsInForce } from '#core/replay/timing.ts';
import { LEVELS, type QuantileName } from '#forecast/levels.ts';
import { at } from '#forecast/trailing-maximum.ts';
import { formatAmount } from './amounts.ts';
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
  const describe: Describe = (_level, value) => formatAmount(trial.series.metric, value);
  return report('static', judgeFront(trial, [base], describe));
}

/** The limits in force while the history was recorded; null where none is known. */
export function judgeLimits(trial: Trial): MethodReport | null {
  const { limit } = trial.series;
  if (limit === null || limit.every(Number.isNaN)) return null;
  const own = judgeSetting(trial, { level: 'limit', allocations: [limit] }, 1, () => 'as recorded');
  return report('limits', { own });
}

/** Quantiles whose fronts are drawn together; those between the forecast's own are interpolated. */
const SWEPT_LEVELS = [0.5, 0.6, 0.7, 0.8, 0.9, 0.925, 0.95, 0.96, 0.97, 0.98, 0.99] as const;

const nameOf = (level: number): string => `p${Number((level * 100).toFixed(1))}`;

/** A quantile between those that were forecast lies between them in proportion. */
function interpolated(columns: QuantileColumns, step: number, level: number): number {
  const upper = LEVELS.findIndex(([, known]) => known >= level);
  const [name, high] = LEVELS[upper] ?? ['p99', 0.99];
  const [below, low] = LEVELS[Math.max(0, upper - 1)] ?? [name, high];
  const value = at(columns[name], step);
  if (high === level || below === name) return value;
  const start = at(columns[below], step);
  return start + ((value - start) * (level - low)) / (high - low);
}

/** Any quantile times any margin; as it is used: the policy's own, or the Vertical Pod Autoscaler's. */
export function judgeQuantiles(
  trial: Trial,
  method: MethodName,
  columns: QuantileColumns,
  scoring: { readonly base: QuantileColumns; readonly scored: Scored },
  label: string = METHODS[method],
): MethodReport {
  const bases = SWEPT_LEVELS.map((level) => ({
    level: nameOf(level),
    allocations: allocationsInForce(trial.timing, trial.phases, (step) => interpolated(columns, step, level)),
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
