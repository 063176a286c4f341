import type { Draws } from './draws.ts';
import { perLength } from './per-length.ts';

/** Calls a second, second by second. `rate`: the typical one. */
type RateCurve = (draws: Draws, seconds: number, rate: number) => Float64Array;

/** Pieces of a length each with one rate. */
function piecewise(seconds: number, length: () => number, rate: (piece: number) => number): Float64Array {
  const curve = new Float64Array(seconds);
  for (let at = 0, piece = 0; at < seconds; piece += 1) {
    const until = Math.min(seconds, at + Math.max(1, Math.round(length())));
    curve.fill(rate(piece), at, until);
    at = until;
  }
  return curve;
}

/** On and off by turns, each for 5 s and exponential times of 30 s to 25 min. */
function onOff(draws: Draws, seconds: number, rate: number): Float64Array {
  const means = [draws.logBetween(30, 1600), draws.logBetween(30, 1600)] as const;
  const first = draws.whole(0, 1);
  const isOn = (piece: number): boolean => (piece + first) % 2 === 0;
  let piece = -1;
  const length = (): number => {
    piece += 1;
    return 5 + draws.exponential(isOn(piece) ? means[0] : means[1]);
  };
  return piecewise(seconds, length, (at) => (isOn(at) ? rate : 0));
}

/** A tenth of the rate, and in four hours 3 to 40 bursts of 2 to 180 s and 1 to 8 times the rate on top. */
function bursts(draws: Draws, seconds: number, rate: number): Float64Array {
  const curve = new Float64Array(seconds).fill(rate / 10);
  for (let left = perLength(seconds, draws.whole(3, 40)); left > 0; left -= 1) {
    const from = draws.whole(0, seconds - 1);
    const until = Math.min(seconds, from + draws.whole(2, 180));
    const height = rate * draws.between(1, 8);
    for (let at = from; at < until; at += 1) curve[at] = (curve[at] ?? 0) + height;
  }
  return curve;
}

/** A sine of 10 min to 4 h. */
function diurnal(draws: Draws, seconds: number, rate: number): Float64Array {
  const [swing, period, phase] = [draws.between(0.3, 1), draws.logBetween(600, 14_400), draws.unit()];
  return Float64Array.from(
    { length: seconds },
    (_, at) => rate * (1 + swing * Math.sin(2 * Math.PI * (at / period + phase))),
  );
}

/** A working day of 1 to 24 h: most in the morning and in the afternoon, little at night. */
function doubleHump(draws: Draws, seconds: number, rate: number): Float64Array {
  const [day, phase, second] = [draws.logBetween(3600, 86_400), draws.unit(), draws.between(0.5, 1.2)];
  const hump = (hour: number, centre: number): number => Math.exp(-(((hour - centre) / 2) ** 2));
  return Float64Array.from({ length: seconds }, (_, at) => {
    const hour = 24 * ((at / day + phase) % 1);
    return 2 * rate * (0.05 + hump(hour, 10) + second * hump(hour, 15.5));
  });
}

/** Straight lines between 6 moments. */
function ramp(draws: Draws, seconds: number, rate: number): Float64Array {
  const times = Array.from({ length: 6 }, () => draws.between(0, seconds)).sort((a, b) => a - b);
  const rates = times.map(() => rate * draws.between(0, 2));
  let next = 0;
  return Float64Array.from({ length: seconds }, (_, at) => {
    while (next < times.length && (times[next] ?? 0) <= at) next += 1;
    const [before, after] = [rates[next - 1] ?? rates[0] ?? 0, rates[next] ?? rates.at(-1) ?? 0];
    const [from, until] = [times[next - 1] ?? 0, times[next] ?? seconds];
    return before + ((after - before) * (at - from)) / Math.max(1e-9, until - from);
  });
}

/** Jumps between four rates, 5 min each on average. */
function markov(draws: Draws, seconds: number, rate: number): Float64Array {
  const state = (): number => rate * draws.between(0, 2);
  const states: [number, ...number[]] = [state(), state(), state(), state()];
  return piecewise(
    seconds,
    () => 10 + draws.exponential(300),
    () => draws.pick(states),
  );
}

/** Another rate every 10 min. */
function steps(draws: Draws, seconds: number, rate: number): Float64Array {
  return piecewise(
    seconds,
    () => 600,
    () => rate * draws.between(0, 2),
  );
}

/** 1 to 6 calls an hour, whatever the rate. */
function rare(draws: Draws, seconds: number): Float64Array {
  return new Float64Array(seconds).fill(draws.between(1, 6) / 3600);
}

export const RATE_CURVES = {
  poisson: (_, seconds, rate) => new Float64Array(seconds).fill(rate),
  'on-off': onOff,
  bursts,
  diurnal,
  'double-hump': doubleHump,
  ramp,
  markov,
  steps,
  rare,
  none: (_, seconds) => new Float64Array(seconds),
} as const satisfies Readonly<Record<string, RateCurve>>;

/** Shares of calls that arrive at all, new every 25 min or so. */
export function regimes(draws: Draws, seconds: number): Float64Array {
  return piecewise(
    seconds,
    () => 100 + draws.exponential(1500),
    () => draws.unit(),
  );
}
