const CHUNK = 65_536;

/** Numbers as they come, how many is not known: in pieces, so that growing copies nothing. */
export class NumberColumn {
  #full: Float64Array[] = [];
  #open = new Float64Array(CHUNK);
  #used = 0;

  get length(): number {
    return this.#full.length * CHUNK + this.#used;
  }

  push(value: number): void {
    if (this.#used === CHUNK) {
      this.#full.push(this.#open);
      this.#open = new Float64Array(CHUNK);
      this.#used = 0;
    }
    this.#open[this.#used] = value;
    this.#used += 1;
  }

  /** All of them in one array. The column is empty after that: its pieces are given back as they are copied. */
  take(): Float64Array {
    const all = new Float64Array(this.length);
    const pieces = this.#full.reverse();
    let at = 0;
    for (let piece = pieces.pop(); piece !== undefined; piece = pieces.pop()) {
      all.set(piece, at);
      at += CHUNK;
    }
    all.set(this.#open.subarray(0, this.#used), at);
    this.#used = 0;
    return all;
  }
}
