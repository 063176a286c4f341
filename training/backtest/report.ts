import type { Outcome } from '#core/replay/account.ts';
import type { Metric } from '#core/policy/resources.ts';
import type { QuantileName } from '#forecast/levels.ts';

/** Share of the samples that may be short where methods are compared at equal safety. */
export const ALLOWED_SHORT = 0.01;

/** Ways of sizing, in the order in which they are told. */
export const METHODS = {
  oracle: 'oracle',
  static: 'static, best in hindsight',
  limits: 'limits as they were',
  percentile: 'trailing percentile',
  vpa: 'VPA histogram',
  persistence: 'persistence',
  forecaster: 'forecaster',
  policy: 'whole policy',
} as const;

export type MethodName = keyof typeof METHODS;

/** A setting of a method and what came of it, averaged over the phases of the control. */
export interface Setting {
  /** Such as `p90 × 1.1`. */
  readonly setting: string;
  readonly outcome: Outcome;
}

/** The cheapest setting, of all quantiles and margins, that leaves at most this share short. */
export interface FrontPoint {
  readonly allowed: number;
  readonly setting: string;
  readonly short: number;
  readonly allocationOverUse: number;
}

/** How quantile forecasts of the peak over the horizon did. */
export interface Scores {
  /** Origins whose peak is known: not those with gaps or censored samples. */
  readonly origins: number;
  readonly quantiles: Readonly<
    Record<
      QuantileName,
      {
        /** Mean pinball loss in the metric's unit, and over persistence's; null where that is 0. */
        readonly pinball: number;
        readonly ratio: number | null;
        /** Share of the peaks at or under it. */
        readonly coverage: number;
        /** Of the coverage, were the quantile exact: √(q(1 − q) ÷ blocks), blocks = origins' span ÷ horizon. */
        readonly standardError: number;
      }
    >
  >;
  /** All four losses added up, over persistence's. */
  readonly ratio: number | null;
}

export interface MethodReport {
  readonly method: MethodName;
  readonly label: string;
  /** As it is used; null for what exists in hindsight only. */
  readonly own: Setting | null;
  /** Cheapest at ALLOWED_SHORT; null where no setting is that safe, or nothing is swept. */
  readonly best: Setting | null;
  readonly front: readonly FrontPoint[];
  readonly scores: Scores | null;
}

/** What a plot of use and allocation shows: whole columns, NaN where there is nothing. */
export interface PlotColumns {
  readonly use: Float64Array;
  readonly allocation: Float64Array;
  /** Forecast of p50 and p95 as they stood when the step began. */
  readonly low: Float64Array;
  readonly high: Float64Array;
}

export interface ResourceReport {
  readonly metric: Metric;
  /** Samples that are judged, and steps without one. */
  readonly samples: number;
  readonly gaps: number;
  readonly meanUse: number;
  readonly methods: readonly MethodReport[];
  /** Of the forecaster's decisions, the share that each forecaster made. */
  readonly chosen: Readonly<Record<string, number>>;
  readonly plot: PlotColumns;
}

/** Why a resource could not be judged. */
export interface Unjudged {
  readonly metric: Metric;
  readonly why: string;
}

export interface FunctionReport {
  readonly name: string;
  readonly namespace: string;
  readonly startMs: number;
  readonly stepMs: number;
  /** Rows that are judged, the first and the one after the last, from 0. */
  readonly from: number;
  readonly to: number;
  /** As the step allows. */
  readonly cadenceMs: number;
  readonly delayMs: number;
  readonly cpu: ResourceReport | Unjudged;
  readonly memory: ResourceReport | Unjudged;
}

export interface BacktestReport {
  readonly version: 1;
  readonly dataSet: string;
  readonly cadenceMs: number;
  readonly delayMs: number;
  readonly forecaster: string;
  readonly policy: 'full' | 'requests';
  readonly annotations: Readonly<Record<string, string>>;
  readonly functions: readonly FunctionReport[];
}

export function isJudged(resource: ResourceReport | Unjudged): resource is ResourceReport {
  return 'methods' in resource;
}
