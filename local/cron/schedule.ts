/** When a function is due. */
export interface Schedule {
  /** Unix ms of the first time after `afterMs`; null if there is none. */
  next(afterMs: number): number | null;
}
