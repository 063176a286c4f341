import { seededRandom } from '#core/seeded-random.ts';
import { LEVELS } from '../levels.ts';
import { at } from '../trailing-maximum.ts';
import type { LinearModel } from './linear-model.ts';

/** Paths at a short horizon; fewer at a long one, so that noise never takes more than 20 000 numbers. */
const PATHS = 400;
const NOISES = 20_000;
const SEED = 240;

/**
 * Quantiles of the highest of the next values, from paths drawn from the model: the quantile of a maximum is not the
 * maximum of the steps' quantiles, which falls short of it unless all steps move together (of four independent steps,
 * the p95 holds with probability 0.81). The same noise serves every origin and, being seeded, every call.
 */
export class PeakSimulation {
  readonly #steps: number;
  readonly #noise: Float64Array;
  readonly #peaks: Float64Array;

  constructor(steps: number) {
    const paths = Math.max(50, Math.min(PATHS, Math.floor(NOISES / steps)));
    this.#steps = steps;
    this.#noise = normalDraws(paths * steps);
    this.#peaks = new Float64Array(paths);
  }

  /** How far each path lies from the means, path after path: Σ ψⱼ × noise of j steps before. */
  deviations({ deviation, response }: LinearModel): Float64Array {
    const steps = this.#steps;
    const result = new Float64Array(this.#noise.length);
    for (let first = 0; first < result.length; first += steps) {
      for (let h = 0; h < steps; h++) {
        let sum = 0;
        for (let j = 0; j <= h; j++) sum += at(response, j) * at(this.#noise, first + h - j);
        result[first + h] = deviation * sum;
      }
    }
    return result;
  }

  /** p50, p90, p95, p99 of the highest value of the paths around these means. */
  quantiles(means: Float64Array, deviations: Float64Array): readonly number[] {
    const steps = this.#steps;
    for (let path = 0; path < this.#peaks.length; path++) {
      let highest = -Infinity;
      for (let h = 0; h < steps; h++) {
        highest = Math.max(highest, at(means, h) + at(deviations, path * steps + h));
      }
      this.#peaks[path] = highest;
    }
    this.#peaks.sort();
    return LEVELS.map(([, level]) => at(this.#peaks, Math.ceil(level * this.#peaks.length) - 1));
  }
}

/** Standard normal numbers by Box and Muller's transformation. */
function normalDraws(count: number): Float64Array {
  const random = seededRandom(SEED);
  const draws = new Float64Array(count);
  for (let i = 0; i < count; i++) {
    const radius = Math.sqrt(-2 * Math.log(1 - random()));
    draws[i] = radius * Math.cos(2 * Math.PI * random());
  }
  return draws;
}
