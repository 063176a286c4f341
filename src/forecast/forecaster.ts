import type { Quantiles } from '#core/messages/forecast.ts';

/**
 * One metric of one function over its window, oldest first; NaN is a gap. `values` are at the message's step;
 * for CPU `control` are 60 s means (what is sized), for memory the same array as `values`.
 */
export interface MetricWindow {
  readonly metric: 'cpu' | 'memory';
  readonly values: Float64Array;
  readonly control: Float64Array;
  /** 1 where the sample is censored: it stays out of calibration and skill. */
  readonly censored: Uint8Array;
  /** Calls started in each step, NaN where unknown; null where no call counters exist. */
  readonly calls: Float64Array | null;
  /** `values` of the other metric over the same steps (memory beside CPU, CPU beside memory), where it is at hand. */
  readonly other?: Float64Array;
  readonly stepMs: number;
  readonly horizonSteps: number;
}

/** Forecasts of every origin of the window: row i is made with samples 0…i only. NaN where none is possible. */
export interface ForecastPath {
  /** Value at the next step. */
  readonly next: Float64Array;
  /** Quantiles of the maximum of `control` over the next `horizonSteps` steps, each as long as the window. */
  readonly peak: Readonly<Record<keyof Quantiles, Float64Array>>;
  /** What residuals are measured in when the peaks are calibrated; left out, the metric's unit. */
  readonly unit?: Float64Array;
}

/** All forecasters, persistence included. Pure and deterministic. */
export interface Forecaster {
  readonly name: string;
  /** Fewest samples at which its forecast means something. */
  readonly minimumSamples: number;
  /** The metrics it is for; left out, both. */
  readonly metric?: MetricWindow['metric'];
  /** Its peaks are quantiles of its own past residuals already: calibrating them again would only add noise. */
  readonly calibrated?: boolean;
  /** Its peaks differ by quantile before they are calibrated. */
  readonly ownQuantiles?: boolean;
  /** It does not compete in `auto`: only who names it gets it. */
  readonly byNameOnly?: boolean;
  forecast(window: MetricWindow): ForecastPath;
}
