import type { Draws } from './draws.ts';
import { cronCalls, CRON_PROCESSES, type CronProcess } from './cron-calls.ts';
import { RATE_CURVES, regimes } from './rate-curves.ts';

export type CallProcess = CronProcess | keyof typeof RATE_CURVES;

/** How often of a hundred a process is drawn. */
export const PROCESS_SHARES: Readonly<Record<CallProcess, number>> = {
  cron: 9,
  'cron-uniform': 9,
  'cron-walk': 9,
  study: 9,
  poisson: 9,
  'on-off': 9,
  bursts: 9,
  diurnal: 8,
  'double-hump': 5,
  ramp: 7,
  markov: 7,
  steps: 5,
  rare: 3,
  none: 2,
};

/** Calls a second; a series keeps this mean at most, so that its length bounds its calls. */
const SLOWEST_RATE = 0.006;
const FASTEST_RATE = 4;

const BEGINS_LATE = 0.35;
const HAS_REGIMES = 0.3;

export function drawProcess(draws: Draws): CallProcess {
  const entries = Object.entries(PROCESS_SHARES) as [CallProcess, number][]; // The record's own keys.
  let left = draws.between(0, 100);
  for (const [process, share] of entries) {
    left -= share;
    if (left < 0) return process;
  }
  return 'poisson';
}

const isCron = (process: CallProcess): process is CronProcess => process in CRON_PROCESSES;

function mean(curve: Float64Array): number {
  return curve.reduce((sum, value) => sum + value, 0) / curve.length;
}

/** A Poisson process whose rate changes: its integral between two calls is exponential of mean 1. */
function poissonTimes(draws: Draws, curve: Float64Array): Float64Array {
  const scale = Math.min(1, FASTEST_RATE / mean(curve));
  const times: number[] = [];
  let until = draws.exponential(1);
  curve.forEach((value, second) => {
    const rate = Math.max(0, value) * scale;
    let at = 0;
    while (until <= rate * (1 - at)) {
      at += until / rate;
      times.push(second + at);
      until = draws.exponential(1);
    }
    until -= rate * (1 - at);
  });
  return Float64Array.from(times);
}

/** When calls begin, in seconds from the start, ascending, below `seconds`. */
export function callTimes(draws: Draws, process: CallProcess, seconds: number): Float64Array {
  const fromS = draws.chance(BEGINS_LATE) ? draws.between(0.02, 0.5) * seconds : 0;
  if (!isCron(process)) {
    const rate = draws.logBetween(SLOWEST_RATE, FASTEST_RATE);
    const curve = RATE_CURVES[process](draws, seconds, rate);
    return poissonTimes(draws, curve).filter((at) => at >= fromS);
  }
  const times = cronCalls(draws, process, seconds);
  const share = draws.chance(HAS_REGIMES) ? regimes(draws, seconds) : null;
  return times
    .filter((at) => at >= fromS && at < seconds)
    .filter((at) => share === null || draws.chance(share[Math.floor(at)] ?? 1));
}
