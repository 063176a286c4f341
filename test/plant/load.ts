import { type Random, seededRandom } from '../../invoker/random.ts';

/** Calls of one run, oldest first: when each arrives (seconds from the start) and the CPU-seconds it costs. */
export interface Load {
  readonly times: Float64Array;
  readonly costs: Float64Array;
}

/** A standard normal number (Box and Muller, 1958). */
function normal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/** Calls at `times` that cost `meanSeconds` of CPU, log-normal with a spread of a fifth; `factor` varies it over time. */
export function costing(
  times: readonly number[],
  meanSeconds: number,
  factor: (seconds: number) => number = () => 1,
  seed = 7,
): Load {
  const random = seededRandom(seed);
  return {
    times: Float64Array.from(times),
    costs: Float64Array.from(times, (at) => meanSeconds * factor(at) * Math.exp(0.2 * normal(random))),
  };
}

/** Independent calls at a rate that may change, by thinning (Lewis and Shedler, 1979). */
export function independentCalls(
  seconds: number,
  perSecond: (at: number) => number,
  most: number,
  seed = 11,
): number[] {
  const random = seededRandom(seed);
  const times: number[] = [];
  for (let at = -Math.log(1 - random()) / most; at < seconds; at -= Math.log(1 - random()) / most) {
    if (random() * most < perSecond(at)) times.push(at);
  }
  return times;
}

/** The study's load: each minute opens with one to nine calls, 50 ms apart. */
export function minuteBursts(seconds: number, seed = 13): number[] {
  const random = seededRandom(seed);
  const times: number[] = [];
  for (let minute = 0; minute < seconds; minute += 60) {
    const calls = 1 + Math.floor(random() * 9);
    for (let call = 0; call < calls; call += 1) times.push(minute + 0.3 + call * 0.05);
  }
  return times;
}
