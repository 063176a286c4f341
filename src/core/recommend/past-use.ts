import type { LiveFunction } from '../chain/ports.ts';
import { mergeMaxima, NO_MAXIMA, recordMaximum } from '../policy/maxima.ts';
import { cpuToFit } from '../policy/minimum-replicas.ts';
import type { FunctionState } from '../policy/state.ts';

const HOUR_MS = 3_600_000;

/** Highest use within one hour, by a source that keeps a past; null where nothing is known of it. */
export interface PastHour {
  /** Unix ms at which it began: a whole hour. */
  readonly startMs: number;
  /** Cores of the busiest pod, as means of a minute or longer. */
  readonly cpuCores: number | null;
  /** Cores of all pods together, as such means. */
  readonly totalCpuCores: number | null;
  /** Bytes of the pod with most. */
  readonly memoryBytes: number | null;
}

const isKnown = ({ cpuCores, memoryBytes }: PastHour): boolean => cpuCores !== null || memoryBytes !== null;

/** The state that there would be had Foresize watched in these hours, too. They come oldest first, in whatever gaps. */
export function rememberPast(
  state: FunctionState,
  hours: readonly PastHour[],
  live: Pick<LiveFunction, 'labels'>,
): FunctionState {
  const known = hours.filter(isKnown);
  const [first] = known;
  if (first === undefined) return state;
  let hourly = NO_MAXIMA;
  let daily = NO_MAXIMA;
  for (const { startMs, cpuCores, totalCpuCores, memoryBytes } of known) {
    const cpu = cpuToFit(cpuCores, totalCpuCores, live);
    hourly = recordMaximum(hourly, 'hourly', startMs, cpu, memoryBytes);
    daily = recordMaximum(daily, 'daily', startMs, cpu, memoryBytes);
  }
  return {
    ...state,
    // When within its first hour it began is not known.
    firstSeenAt: Math.min(state.firstSeenAt, first.startMs + HOUR_MS),
    hourly: mergeMaxima(state.hourly, hourly, 'hourly'),
    daily: mergeMaxima(state.daily, daily, 'daily'),
  };
}
