/** The newest `capacity` numbers in order of size. Adding is a binary search and a short move, asking is a look-up. */
export class SortedWindow {
  readonly #sorted: Float64Array;
  readonly #ring: Float64Array;
  #size = 0;
  /** Where the ring's next number goes: once it is full, the oldest is there. */
  #slot = 0;

  constructor(capacity: number) {
    this.#sorted = new Float64Array(capacity);
    this.#ring = new Float64Array(capacity);
  }

  get size(): number {
    return this.#size;
  }

  clear(): void {
    this.#size = 0;
    this.#slot = 0;
  }

  add(value: number): void {
    if (this.#size === this.#ring.length) this.#remove(this.#ring[this.#slot] ?? NaN);
    const position = this.#position(value);
    this.#sorted.copyWithin(position + 1, position, this.#size);
    this.#sorted[position] = value;
    this.#size++;
    this.#ring[this.#slot] = value;
    this.#slot = this.#slot + 1 === this.#ring.length ? 0 : this.#slot + 1;
  }

  #remove(value: number): void {
    const position = this.#position(value);
    this.#sorted.copyWithin(position, position + 1, this.#size);
    this.#size--;
  }

  /**
   * The order statistic with which split conformal prediction covers the next value with probability `level`: the
   * ⌈(n + 1) × level⌉-th smallest of n (Vovk, Gammerman, Shafer, "Algorithmic Learning in a Random World", 2005; Lei
   * et al., 2018, JASA 113, eq. 2). Where n is too small for that, the largest, which covers n ÷ (n + 1). 0 without
   * values.
   */
  quantile(level: number): number {
    const size = this.#size;
    if (size === 0) return 0;
    // 0.95 × 20 is 19.000000000000004 in some orders of multiplication: a rank must not jump for that.
    const rank = Math.ceil((size + 1) * level - 1e-9);
    return this.#sorted[Math.min(Math.max(rank, 1), size) - 1] ?? 0;
  }

  /** The largest number after `leftOut` larger ones; NaN without so many. */
  largest(leftOut: number): number {
    const place = this.size - 1 - leftOut;
    return place < 0 ? NaN : (this.#sorted[place] ?? NaN);
  }

  #position(value: number): number {
    const sorted = this.#sorted;
    let low = 0;
    let high = this.#size;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((sorted[middle] ?? 0) < value) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
