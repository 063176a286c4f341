const FIRST_PIECE = 256;
const LARGEST_PIECE = 65_536;

/** Numbers as they come, how many is not known: in pieces, so that growing copies nothing. */
export class NumberColumn {
  #full: Float64Array[] = [];
  #open = new Float64Array(FIRST_PIECE);
  #used = 0;
  #length = 0;

  get length(): number {
    return this.#length;
  }

  push(value: number): void {
    if (this.#used === this.#open.length) {
      this.#full.push(this.#open);
      this.#open = new Float64Array(Math.min(LARGEST_PIECE, 2 * this.#open.length));
      this.#used = 0;
    }
    this.#open[this.#used] = value;
    this.#used += 1;
    this.#length += 1;
  }

  /** All of them in one array. The column is empty after that: its pieces are given back as they are copied. */
  take(): Float64Array {
    const all = new Float64Array(this.#length);
    const pieces = this.#full.reverse();
    let at = 0;
    for (let piece = pieces.pop(); piece !== undefined; piece = pieces.pop()) {
      all.set(piece, at);
      at += piece.length;
    }
    all.set(this.#open.subarray(0, this.#used), at);
    this.#used = 0;
    this.#length = 0;
    return all;
  }
}
