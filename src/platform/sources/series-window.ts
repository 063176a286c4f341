import type { RawSeries } from './prometheus-api.ts';

function keyOf(labels: Readonly<Record<string, string>>): string {
  return JSON.stringify(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function concat(a: Float64Array, b: Float64Array): Float64Array {
  const both = new Float64Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}

/** Samples of one query, put together from reads that overlap. */
export class SeriesWindow {
  #series = new Map<string, RawSeries>();

  /** Adds what is newer than what is there, and forgets what is older than `beforeMs`. */
  add(series: readonly RawSeries[], beforeMs: number): void {
    for (const next of series) {
      const key = keyOf(next.labels);
      const known = this.#series.get(key);
      const newestMs = known?.timesMs.at(-1) ?? -Infinity;
      const from = next.timesMs.findIndex((time) => time > newestMs);
      if (known === undefined) this.#series.set(key, next);
      else if (from !== -1) {
        const timesMs = concat(known.timesMs, next.timesMs.subarray(from));
        this.#series.set(key, {
          ...known,
          timesMs,
          values: concat(known.values, next.values.subarray(from)),
        });
      }
    }
    this.#forget(beforeMs);
  }

  #forget(beforeMs: number): void {
    for (const [key, { labels, timesMs, values }] of this.#series) {
      const from = timesMs.findIndex((time) => time >= beforeMs);
      if (from === -1) this.#series.delete(key);
      else if (from > 0) {
        this.#series.set(key, { labels, timesMs: timesMs.slice(from), values: values.slice(from) });
      }
    }
  }

  all(): Iterable<RawSeries> {
    return this.#series.values();
  }
}
