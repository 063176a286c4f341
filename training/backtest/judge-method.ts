import { outcomeOfPhases } from '#core/replay/account.ts';
import { leastMargin, type MarginSweep, sweepMargins } from '#core/replay/margin-sweep.ts';
import type { SizedSeries } from '#core/replay/sized-series.ts';
import type { Timing } from '#core/replay/timing.ts';
import { ALLOWED_SHORT, type FrontPoint, type Setting } from './report.ts';

/** One resource as it is judged: its samples, when, and in which phases of the control. */
export interface Trial {
  readonly series: SizedSeries;
  readonly timing: Timing;
  readonly phases: readonly number[];
}

/** Allocations of one quantile, one a phase, before any margin. */
export interface Base {
  readonly level: string;
  readonly allocations: readonly Float64Array[];
}

/** How a setting is told. */
export type Describe = (level: string, margin: number) => string;

const describeMargin: Describe = (level, margin) => `${level} × ${Number(margin.toPrecision(3))}`;

/** Shares of short samples at which fronts are drawn: from none to a fifth. */
const FRONT_SHARES = [0, 0.0005, 0.001, 0.002, 0.003, 0.005, 0.0075, 0.01, 0.015, 0.02, 0.03, 0.05, 0.1, 0.2];

/** What came of one base with one margin. */
export function judgeSetting(trial: Trial, base: Base, margin: number, describe = describeMargin): Setting {
  const scaled = base.allocations.map((allocation) => allocation.map((value) => value * margin));
  return {
    setting: describe(base.level, margin),
    outcome: outcomeOfPhases(trial.series, scaled, trial.timing),
  };
}

interface Swept {
  readonly base: Base;
  readonly sweep: MarginSweep;
}

interface Cheapest {
  readonly base: Base;
  readonly margin: number;
  readonly short: number;
  readonly allocationOverUse: number;
}

/** The cheapest of all bases and margins with at most `allowed` short. */
function cheapest(swept: readonly Swept[], allowed: number): Cheapest | null {
  let best: Cheapest | null = null;
  for (const { base, sweep } of swept) {
    const point = leastMargin(sweep, allowed);
    if (point === null) continue;
    if (best === null || point.allocationOverUse < best.allocationOverUse) best = { base, ...point };
  }
  return best;
}

/** The front of allocation ÷ use against short samples over all bases and margins, and its point at ALLOWED_SHORT. */
export function judgeFront(
  trial: Trial,
  bases: readonly Base[],
  describe = describeMargin,
): { readonly best: Setting | null; readonly front: readonly FrontPoint[] } {
  const swept = bases.map((base) => ({
    base,
    sweep: sweepMargins(trial.series, base.allocations, trial.timing),
  }));
  const front = FRONT_SHARES.flatMap((allowed) => {
    const point = cheapest(swept, allowed);
    if (point === null) return [];
    const { base, margin, short, allocationOverUse } = point;
    return [{ allowed, setting: describe(base.level, margin), short, allocationOverUse }];
  });
  const best = cheapest(swept, ALLOWED_SHORT);
  return { best: best === null ? null : judgeSetting(trial, best.base, best.margin, describe), front };
}
