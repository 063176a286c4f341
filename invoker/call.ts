/** `ok`: a 2xx answer. `refused`: any other status. `cancelled`: the run ended before the answer came. */
export type Outcome = 'ok' | 'refused' | 'timeout' | 'failed' | 'cancelled';

/** One call that was sent, when it is over. Times are Unix ms. */
export interface Call {
  /** From 1, in the order in which calls were due. */
  readonly number: number;
  readonly dueAtMs: number;
  readonly sentAtMs: number;
  /** From when it was due, so that waiting for a free connection counts as the caller would feel it. */
  readonly latencyMs: number;
  readonly payloadBytes: number;
  readonly outcome: Outcome;
  /** null where no answer came. */
  readonly status: number | null;
  /** What went wrong, for a person; null for `ok`. */
  readonly error: string | null;
}

/** What became of a request. */
export type Answer = Pick<Call, 'outcome' | 'status' | 'error'>;

/** Sends one payload and reports what came of it; never throws. */
export type Send = (payload: string, signal: AbortSignal) => Promise<Answer>;
