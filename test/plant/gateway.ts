import type { CallSeries } from '#core/usage/reading.ts';

/** Upper bounds of gateway_functions_seconds: the Go client's defaults. */
const BOUNDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, Infinity];

/** The gateway's counters of one function, and what became of each call. */
export class PlantGateway {
  /** Seconds each call took; NaN while it runs, −1 where it failed. */
  readonly durations: Float64Array;
  readonly #arrivals: Float64Array;
  readonly #epochMs: number;
  #started = 0;
  #completed = 0;
  readonly #counts = new Float64Array(BOUNDS.length);
  #rows: number[][] = [];

  constructor(arrivals: Float64Array, epochMs: number) {
    this.#arrivals = arrivals;
    this.#epochMs = epochMs;
    this.durations = new Float64Array(arrivals.length).fill(NaN);
  }

  start(): void {
    this.#started += 1;
  }

  finish(call: number, at: number, seconds: number | null): void {
    this.durations[call] = seconds ?? -1;
    this.#completed += 1;
    // All codes count: a call that found nobody took no time, one that timed out all of it.
    const took = at - (this.#arrivals[call] ?? at);
    BOUNDS.forEach((bound, index) => {
      if (took <= bound) this.#counts[index] = (this.#counts[index] ?? 0) + 1;
    });
  }

  scrape(at: number): void {
    const timeMs = this.#epochMs + Math.round(at * 1000);
    if (this.#rows.at(-1)?.[0] === timeMs) return;
    this.#rows.push([timeMs, this.#started, this.#completed, ...this.#counts]);
  }

  series(fromMs: number, functionName: string): CallSeries {
    this.#rows = this.#rows.filter(([timeMs = 0]) => timeMs >= fromMs);
    const column = (index: number): Float64Array => Float64Array.from(this.#rows, (row) => row[index] ?? NaN);
    return {
      namespace: 'openfaas-fn',
      functionName,
      timesMs: column(0),
      started: column(1),
      completed: column(2),
      durationBoundsSeconds: BOUNDS,
      durationCounts: BOUNDS.map((_, index) => column(3 + index)),
    };
  }
}
