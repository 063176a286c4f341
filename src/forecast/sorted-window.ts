/** The newest `capacity` numbers in order of size. Adding is a binary search and a short move, asking is a look-up. */
export class SortedWindow {
  readonly #sorted: Float64Array;
  readonly #ring: Float64Array;
  #added = 0;

  constructor(capacity: number) {
    this.#sorted = new Float64Array(capacity);
    this.#ring = new Float64Array(capacity);
  }

  get size(): number {
    return Math.min(this.#added, this.#ring.length);
  }

  add(value: number): void {
    const slot = this.#added % this.#ring.length;
    let size = this.size;
    if (size === this.#ring.length) {
      const oldest = this.#position(this.#ring[slot] ?? NaN, size);
      this.#sorted.copyWithin(oldest, oldest + 1, size);
      size--;
    }
    const position = this.#position(value, size);
    this.#sorted.copyWithin(position + 1, position, size);
    this.#sorted[position] = value;
    this.#ring[slot] = value;
    this.#added++;
  }

  /**
   * The order statistic with which split conformal prediction covers the next value with probability `level`: the
   * ⌈(n + 1) × level⌉-th smallest of n (Vovk, Gammerman, Shafer, "Algorithmic Learning in a Random World", 2005; Lei
   * et al., 2018, JASA 113, eq. 2). Where n is too small for that, the largest, which covers n ÷ (n + 1). 0 without
   * values.
   */
  quantile(level: number): number {
    const size = this.size;
    if (size === 0) return 0;
    // 0.95 × 20 is 19.000000000000004 in some orders of multiplication: a rank must not jump for that.
    const rank = Math.ceil((size + 1) * level - 1e-9);
    return this.#sorted[Math.min(Math.max(rank, 1), size) - 1] ?? 0;
  }

  #position(value: number, size: number): number {
    let low = 0;
    let high = size;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#sorted[middle] ?? 0) < value) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
