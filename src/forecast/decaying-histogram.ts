/**
 * Buckets that grow: the first is `firstBucketSize` wide, each next one `ratio` times as wide, and the last one
 * begins at or above `maximum` and has no end. Weights under `epsilon` count as none.
 */
export interface BucketScheme {
  readonly maximum: number;
  readonly firstBucketSize: number;
  readonly ratio: number;
  readonly epsilon: number;
}

/** Reference times are moved up before weights of 2^100 would lose the old samples' digits. */
const MAXIMUM_DECAY_EXPONENT = 100;

/** Where each bucket begins: firstBucketSize × (ratio^i − 1) ÷ (ratio − 1). */
export function bucketStarts({ maximum, firstBucketSize, ratio }: BucketScheme): Float64Array {
  const count = Math.ceil(Math.log((maximum * (ratio - 1)) / firstBucketSize + 1) / Math.log(ratio)) + 1;
  return Float64Array.from({ length: count }, (_, i) => (firstBucketSize * (ratio ** i - 1)) / (ratio - 1));
}

/** By scheme: histograms are made anew for every forecast. */
const knownStarts = new WeakMap<BucketScheme, Float64Array>();

function startsOf(scheme: BucketScheme): Float64Array {
  const known = knownStarts.get(scheme);
  if (known !== undefined) return known;
  const starts = bucketStarts(scheme);
  knownStarts.set(scheme, starts);
  return starts;
}

/**
 * A weighted histogram in which a sample's weight halves every half-life, as the recommender of the Vertical Pod
 * Autoscaler keeps it (kubernetes/autoscaler, vertical-pod-autoscaler/pkg/recommender/util/histogram.go and
 * decaying_histogram.go). A percentile is the end of its bucket: at most `ratio` − 1 too high, never too low.
 */
export class DecayingHistogram {
  readonly #scheme: BucketScheme;
  readonly #halfLifeMs: number;
  readonly #starts: Float64Array;
  readonly #logRatio: number;
  readonly #weights: Float64Array;
  #total = 0;
  #referenceMs = 0;
  #first: number;
  #last = 0;

  constructor(scheme: BucketScheme, halfLifeMs: number) {
    this.#scheme = scheme;
    this.#halfLifeMs = halfLifeMs;
    this.#starts = startsOf(scheme);
    this.#logRatio = Math.log(scheme.ratio);
    this.#weights = new Float64Array(this.#starts.length);
    this.#first = this.#starts.length - 1;
  }

  /** Adds a sample; `weight` before decay, `atMs` on any clock that all samples share. */
  add(value: number, weight: number, atMs: number): void {
    this.#change(this.bucketOf(value), weight * this.#decay(atMs));
  }

  /** Takes back a sample added with the same arguments. */
  subtract(value: number, weight: number, atMs: number): void {
    const bucket = this.bucketOf(value);
    const held = this.#weights[bucket] ?? 0;
    const taken = weight * this.#decay(atMs);
    this.#change(bucket, -(taken > held - this.#scheme.epsilon ? held : taken));
  }

  get empty(): boolean {
    return (this.#weights[this.#first] ?? 0) < this.#scheme.epsilon;
  }

  /** End of the first bucket by which `level` of the weight is reached; 0 while empty. */
  percentile(level: number): number {
    if (this.empty) return 0;
    const threshold = level * this.#total;
    let bucket = this.#first;
    let sum = 0;
    for (; bucket < this.#last; bucket++) {
      sum += this.#weights[bucket] ?? 0;
      if (sum >= threshold) break;
    }
    return this.#starts[Math.min(bucket + 1, this.#starts.length - 1)] ?? 0;
  }

  /** ⌊log_ratio(value × (ratio − 1) ÷ firstBucketSize + 1)⌋, within the scheme. */
  bucketOf(value: number): number {
    const { firstBucketSize, ratio } = this.#scheme;
    if (value < firstBucketSize) return 0;
    const bucket = Math.floor(Math.log((value * (ratio - 1)) / firstBucketSize + 1) / this.#logRatio);
    return Math.min(bucket, this.#starts.length - 1);
  }

  #change(bucket: number, weight: number): void {
    this.#weights[bucket] = (this.#weights[bucket] ?? 0) + weight;
    this.#total += weight;
    if (weight < 0) this.#tighten();
    else if ((this.#weights[bucket] ?? 0) >= this.#scheme.epsilon) {
      this.#first = Math.min(this.#first, bucket);
      this.#last = Math.max(this.#last, bucket);
    }
  }

  #tighten(): void {
    const { epsilon } = this.#scheme;
    const end = this.#starts.length - 1;
    while ((this.#weights[this.#first] ?? 0) < epsilon && this.#first < end) this.#first++;
    while ((this.#weights[this.#last] ?? 0) < epsilon && this.#last > 0) this.#last--;
  }

  #decay(atMs: number): number {
    if (atMs > this.#referenceMs + this.#halfLifeMs * MAXIMUM_DECAY_EXPONENT) this.#shift(atMs);
    return 2 ** ((atMs - this.#referenceMs) / this.#halfLifeMs);
  }

  #shift(atMs: number): void {
    const reference = Math.round(atMs / this.#halfLifeMs) * this.#halfLifeMs;
    const factor = 2 ** Math.round((this.#referenceMs - reference) / this.#halfLifeMs);
    for (let i = 0; i < this.#weights.length; i++) this.#weights[i] = (this.#weights[i] ?? 0) * factor;
    this.#total *= factor;
    this.#referenceMs = reference;
    this.#tighten();
  }
}
