import type { Call, Outcome } from './call.ts';

export interface Summary {
  readonly calls: number;
  readonly ok: number;
  /** Calls that did not end in a 2xx answer; those cancelled as the run ended are not counted. */
  readonly errors: number;
  readonly outcomes: Readonly<Record<Outcome, number>>;
  /** Answers by status. */
  readonly statuses: Readonly<Record<string, number>>;
  /** Due but never sent, because the run ended first. */
  readonly unsent: number;
  /** Of answered calls, in ms from when they were due; null without any. Nearest rank. */
  readonly latencyMs: { readonly p50: number; readonly p95: number; readonly p99: number } | null;
}

/** Adds calls up as they end. */
export class Tally {
  readonly #outcomes: Record<Outcome, number> = { ok: 0, refused: 0, timeout: 0, failed: 0, cancelled: 0 };
  readonly #statuses = new Map<number, number>();
  readonly #latencies: number[] = [];
  #calls = 0;

  add({ outcome, status, latencyMs }: Call): void {
    this.#calls++;
    this.#outcomes[outcome]++;
    if (status === null) return;
    this.#statuses.set(status, (this.#statuses.get(status) ?? 0) + 1);
    this.#latencies.push(latencyMs);
  }

  summary(unsent = 0): Summary {
    const { ok, refused, timeout, failed } = this.#outcomes;
    return {
      calls: this.#calls,
      ok,
      errors: refused + timeout + failed,
      outcomes: { ...this.#outcomes },
      statuses: Object.fromEntries([...this.#statuses].sort(([a], [b]) => a - b)),
      unsent,
      latencyMs: percentiles(this.#latencies),
    };
  }
}

function percentiles(latencies: readonly number[]): Summary['latencyMs'] {
  const sorted = Float64Array.from(latencies).sort();
  const rank = (share: number): number | undefined => sorted[Math.ceil(share * sorted.length) - 1];
  const [p50, p95, p99] = [rank(0.5), rank(0.95), rank(0.99)];
  return p50 === undefined || p95 === undefined || p99 === undefined ? null : { p50, p95, p99 };
}
