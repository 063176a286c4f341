export interface BackOffSettings {
  /** Wait before the second restart; it doubles with each further one. */
  readonly baseMs: number;
  readonly maximumMs: number;
  /** A process that ran this long has earned a fresh start. */
  readonly resetAfterMs: number;
}

/** The kubelet's: 10 s, 20 s, … 5 min; forgotten after 10 min. */
export const KUBELET_BACK_OFF: BackOffSettings = {
  baseMs: 10_000,
  maximumMs: 300_000,
  resetAfterMs: 600_000,
};

/** How long to wait before a restart. As with the kubelet, the first one is at once. */
export class BackOff {
  readonly #settings: BackOffSettings;
  #delayMs: number | null = null;

  constructor(settings: BackOffSettings) {
    this.#settings = settings;
  }

  /** Wait after a process that ran for `ranMs`. */
  next(ranMs: number): number {
    const { baseMs, maximumMs, resetAfterMs } = this.#settings;
    if (ranMs >= resetAfterMs) this.#delayMs = null;
    const delayMs = this.#delayMs ?? 0;
    this.#delayMs = this.#delayMs === null ? baseMs : Math.min(maximumMs, this.#delayMs * 2);
    return delayMs;
  }
}
