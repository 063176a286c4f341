import type { LiveFunction } from '#core/chain/ports.ts';
import type { Decision } from '#core/messages/decision.ts';
import type { FunctionForecast } from '#core/messages/forecast.ts';
import type { FunctionUsage } from '#core/messages/usage.ts';
import type { CallSeries, Resources } from '#core/usage/reading.ts';

/** A peak forecast, and when it was made. */
export interface PastPeak {
  readonly at: number;
  readonly peak: FunctionForecast['peak'];
}

/** A decision, or what the state keeps of one: then without sizes, rules and outcomes. */
export interface ShownDecision extends Decision {
  readonly isRemembered?: true;
}

/** All that the page draws of one function. */
export interface ObservedFunction {
  readonly live: LiveFunction;
  readonly usage: FunctionUsage;
  /** The newest. */
  readonly forecast: FunctionForecast;
  /** What Foresize would set; null where nothing can be said. */
  readonly recommended: Resources | null;
  /** Oldest first; none where neither a log nor the state of them is at hand. */
  readonly decisions: readonly ShownDecision[];
  /** Forecasts of before, oldest first, asked for when the function is looked at; where a decision tells its own, that counts. */
  readonly pastPeaks?: () => readonly PastPeak[];
  /** The gateway's counters; null, or left out, where they are not known. */
  readonly calls?: CallSeries | null;
}

/** One look at everything. */
export interface Observed {
  /** For a person: `the local platform`. */
  readonly target: string;
  /** Unix ms of the grid's last point. */
  readonly at: number;
  readonly stepMs: number;
  readonly functions: readonly ObservedFunction[];
  /** What could not be read, and what that means. */
  readonly notes: readonly string[];
}
