/** ECMAScript's last time. */
export const LAST_TIME_MS = 8.64e15;

/**
 * Whether a time that should be in ms is in seconds. Between 2001 in seconds and 1973 in milliseconds nothing was
 * recorded.
 */
export function isInSeconds(time: number): boolean {
  return time >= 1e9 && time < 1e11;
}
