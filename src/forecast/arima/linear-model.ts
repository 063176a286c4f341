import { ARIMA } from './package.ts';
import { at } from '../trailing-maximum.ts';

/** How many autoregressive terms, differences and moving-average terms. */
export interface Order {
  readonly p: number;
  readonly d: number;
  readonly q: number;
}

/** A model fitted to some samples, that can forecast from later ones without being fitted again. */
export interface LinearModel {
  /** Of the errors of the next value, in the unit of the samples. */
  readonly deviation: number;
  /** By how much the value `h` steps after a shock of 1 is raised, ψ₀ = 1 first; as many as were asked for. */
  readonly response: Float64Array;
  /** Coefficients and variance that were estimated. */
  readonly parameters: number;
  /** Means of the next `response.length` values; NaN where none can be had. `samples` are as many as were fitted. */
  means(samples: Float64Array): Float64Array;
  /** Gives the memory back. */
  destroy(): void;
}

/** ARIMA(0,1,0): every value is the last one plus noise. It has nothing to estimate but the noise. */
export function randomWalk(samples: Float64Array, steps: number): LinearModel {
  let sum = 0;
  for (let i = 1; i < samples.length; i++) sum += (at(samples, i) - at(samples, i - 1)) ** 2;
  return {
    deviation: Math.sqrt(sum / Math.max(1, samples.length - 1)),
    response: new Float64Array(steps).fill(1),
    parameters: 1,
    means: (later) => new Float64Array(steps).fill(at(later, later.length - 1)),
    destroy: () => undefined,
  };
}

/**
 * ARIMA of a given order by exact maximum likelihood; null where that finds nothing usable (a constant series, an
 * optimiser that fails, variances that are not positive numbers). Samples are brought to mean 0 and deviation 1
 * first, without which bytes are beyond its optimiser.
 *
 * The package neither tells its coefficients nor filters new samples, but its predictions are a Kalman filter over the
 * instance's copy of the series: with another series of the same length put there they are the forecasts that the
 * fitted model makes from that one. The response to a shock is how they move when the last sample moves by one.
 */
export function fitModel(samples: Float64Array, order: Order, steps: number): LinearModel | null {
  const { mean, deviation } = momentsOf(samples);
  if (!(deviation > 1e-9 * Math.abs(mean))) return null;
  const scaled = samples.map((value) => (value - mean) / deviation);
  const model = new ARIMA({ ...order, method: 0, verbose: false });
  const predict = (values: Float64Array): Prediction | null =>
    attempt(() => {
      Object.assign(model, { ts: new Uint8Array(values.buffer) });
      return model.predict(steps);
    });
  const trained = attempt(() => model.train(Array.from(scaled)));
  const own = trained === null ? null : predict(scaled);
  const response = own === null ? null : responseOf(scaled, own, predict);
  if (own === null || response === null || !own[1].every((variance) => variance > 0 && variance < Infinity)) {
    model.destroy();
    return null;
  }
  return {
    deviation: Math.sqrt(own[1][0] ?? NaN) * deviation,
    response,
    parameters: order.p + order.q + (order.d === 0 ? 2 : 1),
    means: (later) => {
      const prediction = predict(later.map((value) => (value - mean) / deviation));
      if (prediction === null) return new Float64Array(steps).fill(NaN);
      return Float64Array.from(prediction[0], (value) => value * deviation + mean);
    },
    destroy: () => {
      model.destroy();
    },
  };
}

/** Means of the next values, and variances of their errors. */
type Prediction = readonly [readonly number[], readonly number[]];

/** Null where WebAssembly traps or the package refuses: this order is not for this series. */
function attempt<T>(work: () => T): T | null {
  try {
    return work();
  } catch {
    return null;
  }
}

function momentsOf(samples: Float64Array): { mean: number; deviation: number } {
  const mean = samples.reduce((sum, value) => sum + value, 0) / samples.length;
  const variance = samples.reduce((sum, value) => sum + (value - mean) ** 2, 0) / samples.length;
  return { mean, deviation: Math.sqrt(variance) };
}

function responseOf(
  samples: Float64Array,
  [before]: Prediction,
  predict: (samples: Float64Array) => Prediction | null,
): Float64Array | null {
  const moved = Float64Array.from(samples);
  moved[moved.length - 1] = at(moved, moved.length - 1) + 1;
  const after = predict(moved)?.[0] ?? [];
  const response = Float64Array.from(before, (_, h) =>
    h === 0 ? 1 : (after[h - 1] ?? NaN) - (before[h - 1] ?? NaN),
  );
  return response.every(Number.isFinite) ? response : null;
}
