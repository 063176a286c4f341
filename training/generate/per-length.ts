/** Numbers of events are given for four hours. */
const FOUR_HOURS_S = 14_400;

/** So many in the length at hand as `inFourHours` in four hours, at least one. */
export function perLength(seconds: number, inFourHours: number): number {
  return Math.max(1, Math.round((inFourHours * seconds) / FOUR_HOURS_S));
}
