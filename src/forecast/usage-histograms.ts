import { type BucketScheme, DecayingHistogram } from './decaying-histogram.ts';

/**
 * The constants of the Vertical Pod Autoscaler (kubernetes/autoscaler, vertical-pod-autoscaler/pkg/recommender/model/
 * aggregations_config.go): a sample's weight halves in 24 h; buckets 5 % wider each from 0.01 cores to 1000 and from
 * 10 MB to 1 TB; memory counts by the peak of each 24 h; a kill for memory stands for 1.2 × what was held, at least
 * 100 MiB more. All its CPU samples weigh 0.1, memory peaks 1.
 */
const HALF_LIFE_MS = 24 * 3_600_000;
const MEMORY_INTERVAL_MS = 24 * 3_600_000;
const CPU_WEIGHT = 0.1;
const EPSILON = 0.001 * CPU_WEIGHT;
const OOM_BUMP_UP_RATIO = 1.2;
const OOM_MINIMUM_BUMP_UP_BYTES = 100 * 2 ** 20;
export const CPU_BUCKETS: BucketScheme = {
  maximum: 1000,
  firstBucketSize: 0.01,
  ratio: 1.05,
  epsilon: EPSILON,
};
export const MEMORY_BUCKETS: BucketScheme = {
  maximum: 1e12,
  firstBucketSize: 1e7,
  ratio: 1.05,
  epsilon: EPSILON,
};

/** What forecasts and recommendations are read from. */
export interface UsageHistogram {
  readonly empty: boolean;
  /** Of the decayed weight; the end of its bucket, 0 while empty. */
  percentile(level: number): number;
}

/** CPU use of one container as the Vertical Pod Autoscaler remembers it. */
export class CpuHistogram implements UsageHistogram {
  readonly #histogram = new DecayingHistogram(CPU_BUCKETS, HALF_LIFE_MS);
  #firstMs = NaN;
  #lastMs = -Infinity;
  #count = 0;

  /** Samples that are no number ≥ 0, or not later than the one before, are passed over. */
  add(cores: number, atMs: number): void {
    if (!(cores >= 0) || atMs <= this.#lastMs) return;
    if (this.#count === 0) this.#firstMs = atMs;
    this.#lastMs = atMs;
    this.#count++;
    this.#histogram.add(cores, CPU_WEIGHT, atMs);
  }

  get empty(): boolean {
    return this.#histogram.empty;
  }

  percentile(level: number): number {
    return this.#histogram.percentile(level);
  }

  /** From the first sample to the last; 0 without samples. */
  get spanMs(): number {
    return this.#count === 0 ? 0 : this.#lastMs - this.#firstMs;
  }

  get samples(): number {
    return this.#count;
  }
}

/**
 * Memory peaks of one container as the Vertical Pod Autoscaler remembers them: one for each 24 h since the first
 * sample, dated by their end, so that a leak or a nightly job is not diluted by quiet hours (model/container.go).
 */
export class MemoryPeaks implements UsageHistogram {
  readonly #histogram = new DecayingHistogram(MEMORY_BUCKETS, HALF_LIFE_MS);
  #endMs = NaN;
  #lastMs = -Infinity;
  #seen = 0;
  #estimated = 0;

  /** Samples that are no number ≥ 0, or earlier than the one before, are passed over. */
  add(bytes: number, atMs: number): void {
    if (!(bytes >= 0) || atMs < this.#lastMs) return;
    if (this.#raise(bytes, atMs)) this.#seen = bytes;
  }

  /**
   * A kill for memory: what was needed is estimated from the request (0 where unknown) or the peak seen, whichever is
   * more; not from earlier estimates, or kills in a row would run away. False for one from before the current 24 h.
   */
  addOom(requestedBytes: number, atMs: number): boolean {
    if (atMs < this.#endMs - MEMORY_INTERVAL_MS) return false;
    const used = Math.max(requestedBytes, atMs < this.#endMs ? this.#seen : 0);
    const needed = Math.max(used + OOM_MINIMUM_BUMP_UP_BYTES, used * OOM_BUMP_UP_RATIO);
    if (this.#raise(needed, atMs)) this.#estimated = needed;
    return true;
  }

  /** Of the current 24 h, seen or estimated; 0 without samples. */
  get currentPeak(): number {
    return Math.max(this.#seen, this.#estimated);
  }

  get empty(): boolean {
    return this.#histogram.empty;
  }

  percentile(level: number): number {
    return this.#histogram.percentile(level);
  }

  /** Begins a new 24 h where the current one is over; true where `bytes` is its highest so far. */
  #raise(bytes: number, atMs: number): boolean {
    this.#lastMs = atMs;
    const begins = !(atMs < this.#endMs);
    if (begins) this.#begin(atMs);
    else if (bytes <= this.currentPeak) return false;
    else this.#histogram.subtract(this.currentPeak, 1, this.#endMs);
    this.#histogram.add(bytes, 1, this.#endMs);
    return true;
  }

  #begin(atMs: number): void {
    const end = Number.isNaN(this.#endMs) ? atMs : this.#endMs;
    this.#endMs = end + (Math.floor((atMs - end) / MEMORY_INTERVAL_MS) + 1) * MEMORY_INTERVAL_MS;
    this.#seen = 0;
    this.#estimated = 0;
  }
}
