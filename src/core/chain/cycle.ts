import { FUTURE_TOLERANCE_MS } from './envelope.ts';

/**
 * Whether `cycle` is over when `last` was the last one carried out. A `last` that lies further in the future than clocks
 * may differ was counted by a wrong clock or in shorter periods: it says nothing, or no cycle would run until it comes.
 */
export function isOver(cycle: number, last: number, nowMs: number, periodMs: number): boolean {
  return cycle <= last && last <= Math.floor((nowMs + FUTURE_TOLERANCE_MS) / periodMs);
}
