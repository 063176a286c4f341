/** One column; while all its values are the same it holds just that value, as limits and OOM counts mostly do. */
interface Column {
  values: Float64Array | null;
  constant: number;
}

const SMALLEST = 16;

/**
 * Samples of one series: times ascending, a fixed set of columns that can only grow. Arrays that `view` handed out
 * are never written again, so they may be kept across appends.
 */
export class SampleTable {
  #timesMs = new Float64Array(SMALLEST);
  #rows = 0;
  readonly #columns: Column[] = [];
  readonly #keepMs: number;

  /** Rows older than `keepMs` before the newest are dropped as room is needed. */
  constructor(columns: number, keepMs: number) {
    this.#keepMs = keepMs;
    this.widen(columns, NaN);
  }

  get width(): number {
    return this.#columns.length;
  }

  /** Unix ms of the newest row, −Infinity without one. */
  get newestMs(): number {
    return this.#rows === 0 ? -Infinity : (this.#timesMs[this.#rows - 1] ?? -Infinity);
  }

  /** Adds columns up to `width`; earlier rows get `value`. */
  widen(width: number, value: number): void {
    while (this.#columns.length < width) this.#columns.push({ values: null, constant: value });
  }

  /** False, and nothing appended, if a row of this time or later is there: the sample is a repetition. */
  append(timeMs: number, values: ArrayLike<number>): boolean {
    if (!(timeMs > this.newestMs)) return false;
    if (this.#rows === this.#timesMs.length) this.#makeRoom(timeMs - this.#keepMs);
    const row = this.#rows;
    this.#timesMs[row] = timeMs;
    this.#columns.forEach((column, i) => {
      const value = values[i] ?? NaN;
      if (column.values === null && row === 0) column.constant = value;
      if (column.values === null && !Object.is(value, column.constant)) {
        column.values = new Float64Array(this.#timesMs.length).fill(column.constant, 0, row);
      }
      if (column.values !== null) column.values[row] = value;
    });
    this.#rows += 1;
    return true;
  }

  /** The rows from `fromMs` on. */
  view(fromMs: number): { readonly timesMs: Float64Array; readonly columns: readonly Float64Array[] } {
    const from = this.#firstFrom(fromMs);
    const rows = this.#rows;
    return {
      timesMs: this.#timesMs.subarray(from, rows),
      columns: this.#columns.map(({ values, constant }) =>
        values === null ? constantColumn(constant, rows - from) : values.subarray(from, rows),
      ),
    };
  }

  #firstFrom(fromMs: number): number {
    let [low, high] = [0, this.#rows];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#timesMs[middle] ?? 0) < fromMs) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** New arrays, not the old ones moved: views must stay as they are. */
  #makeRoom(fromMs: number): void {
    const from = this.#firstFrom(fromMs);
    const kept = this.#rows - from;
    const capacity = Math.max(SMALLEST, Math.ceil(kept * 1.5));
    const move = (old: Float64Array): Float64Array<ArrayBuffer> => {
      const moved = new Float64Array(capacity);
      moved.set(old.subarray(from, this.#rows));
      return moved;
    };
    this.#timesMs = move(this.#timesMs);
    for (const column of this.#columns) {
      if (column.values !== null) column.values = move(column.values);
    }
    this.#rows = kept;
  }
}

/** Columns of one value, shared by all series that have it; a few values make up nearly all. */
const shared = new Map<number, Float64Array>();
const MAXIMUM_SHARED = 64;

function constantColumn(value: number, length: number): Float64Array {
  const known = shared.get(value);
  if (known && known.length >= length) return known.subarray(0, length);
  const column = new Float64Array(Math.max(length, 256)).fill(value);
  if (shared.size >= MAXIMUM_SHARED) shared.clear();
  shared.set(value, column);
  return column.subarray(0, length);
}
