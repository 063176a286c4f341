import { ForesizeError } from '#core/errors/error.ts';
import { type Random, seededRandom, wholeBetween } from './random.ts';

export const PATTERNS = ['random', 'constant', 'diurnal', 'burst', 'on-off', 'ramp'] as const;
export type Pattern = (typeof PATTERNS)[number];

export interface ArrivalOptions {
  readonly pattern: Pattern;
  /** Calls a minute: on average, for `on-off` while it is on. */
  readonly ratePerMinute: number;
  /** Infinity for no end. */
  readonly durationMs: number;
  /** Length of a day (`diurnal`), time between bursts (`burst`), of one on and one off phase (`on-off`), of one rise (`ramp`). */
  readonly periodMs: number;
  readonly seed: number;
  /** `random`: the fewest calls of a minute; the most is 2 × rate − this. @default 1 */
  readonly leastPerMinute?: number;
  /** `random`: at random moments of the minute instead of one after another at its start. @default false */
  readonly spread?: boolean;
}

export const DEFAULT_PERIOD_MS: Readonly<Record<Pattern, number>> = {
  random: 60_000,
  constant: 60_000,
  diurnal: 86_400_000,
  burst: 60_000,
  'on-off': 600_000,
  ramp: 1_800_000,
};

const MINUTE_MS = 60_000;

/** The study's invoker called one after another; its log shows 122 ms from one call to the next. */
const STUDY_SPACING_MS = 125;

/** How far a day's rate swings around its mean: nine times as much at noon as at midnight. */
const DIURNAL_SWING = 0.8;

const GENERATORS: Readonly<Record<Pattern, (options: ArrivalOptions, random: Random) => Generator<number>>> =
  {
    random: randomArrivals,
    constant: constantArrivals,
    diurnal: diurnalArrivals,
    burst: burstArrivals,
    'on-off': onOffArrivals,
    ramp: rampArrivals,
  };

/**
 * When calls are due, in ms from the start, ascending and below `durationMs`: fixed beforehand by the options alone,
 * whatever the function answers. Throws `load-invalid`.
 */
export function* arrivals(options: ArrivalOptions): Generator<number> {
  validate(options);
  for (const dueMs of GENERATORS[options.pattern](options, seededRandom(options.seed))) {
    if (dueMs >= options.durationMs) return;
    yield dueMs;
  }
}

function validate(options: ArrivalOptions): void {
  const { pattern, ratePerMinute, durationMs, periodMs, leastPerMinute = 1 } = options;
  if (!Number.isInteger(leastPerMinute) || leastPerMinute < 1) {
    throw new ForesizeError(
      'load-invalid',
      `at least ${leastPerMinute} calls a minute is not a whole number above 0`,
    );
  }
  const least = pattern === 'random' ? leastPerMinute : Number.MIN_VALUE;
  if (!Number.isFinite(ratePerMinute) || ratePerMinute < least) {
    throw new ForesizeError(
      'load-invalid',
      `rate ${ratePerMinute}: ${pattern} needs ${pattern === 'random' ? `at least ${leastPerMinute}` : 'more than 0'} calls a minute`,
    );
  }
  if (!(durationMs > 0)) throw new ForesizeError('load-invalid', `duration ${durationMs} ms is not above 0`);
  if (!Number.isFinite(periodMs) || periodMs <= 0) {
    throw new ForesizeError('load-invalid', `period ${periodMs} ms is not above 0`);
  }
}

/**
 * The study's load: each minute opens with a burst of 1 to 2 × rate − 1 calls, all equally likely (1–9 at the
 * default rate of 5), 125 ms apart or closer where a minute would not hold them.
 */
function* randomArrivals(options: ArrivalOptions, random: Random): Generator<number> {
  const { ratePerMinute, leastPerMinute = 1, spread = false } = options;
  const most = Math.round(2 * ratePerMinute - leastPerMinute);
  const spacingMs = Math.min(STUDY_SPACING_MS, MINUTE_MS / most);
  for (let minute = 0; ; minute++) {
    const calls = wholeBetween(random, leastPerMinute, most);
    const moments = spread
      ? Float64Array.from({ length: calls }, () => random() * MINUTE_MS).sort()
      : Float64Array.from({ length: calls }, (_, call) => call * spacingMs);
    for (const moment of moments) yield minute * MINUTE_MS + moment;
  }
}

function* constantArrivals({ ratePerMinute }: ArrivalOptions): Generator<number> {
  for (let call = 0; ; call++) yield (call * MINUTE_MS) / ratePerMinute;
}

/** A Poisson process whose rate is rate × (1 − 0.8 cos(2π t ÷ period)). It begins at midnight. */
function diurnalArrivals({ ratePerMinute, periodMs }: ArrivalOptions, random: Random): Generator<number> {
  const peakPerMinute = ratePerMinute * (1 + DIURNAL_SWING);
  return poissonArrivals(random, peakPerMinute, (atMs) => {
    return (1 - DIURNAL_SWING * Math.cos((2 * Math.PI * atMs) / periodMs)) / (1 + DIURNAL_SWING);
  });
}

/** A Poisson process whose rate rises from 0 to 2 × rate over each period, and falls back to 0 at its end. */
function rampArrivals({ ratePerMinute, periodMs }: ArrivalOptions, random: Random): Generator<number> {
  return poissonArrivals(random, 2 * ratePerMinute, (atMs) => (atMs % periodMs) / periodMs);
}

/** A Poisson process with a rate of `peakPerMinute` × `share(t)`, by thinning (Lewis and Shedler, 1979). */
function* poissonArrivals(
  random: Random,
  peakPerMinute: number,
  share: (atMs: number) => number,
): Generator<number> {
  const peakPerMs = peakPerMinute / MINUTE_MS;
  for (let nowMs = 0; ;) {
    nowMs -= Math.log(1 - random()) / peakPerMs;
    if (random() < share(nowMs)) yield nowMs;
  }
}

/** Nothing, then a whole period's calls at the same moment. Fractions of a call add up over periods. */
function* burstArrivals({ ratePerMinute, periodMs }: ArrivalOptions): Generator<number> {
  const perPeriod = (ratePerMinute * periodMs) / MINUTE_MS;
  for (let period = 0, sent = 0; ; period++) {
    for (; sent < Math.ceil((period + 1) * perPeriod - 1e-9); sent++) yield period * periodMs;
  }
}

/** Evenly spaced calls in the first half of each period, none in the second. */
function* onOffArrivals({ ratePerMinute, periodMs }: ArrivalOptions): Generator<number> {
  const gapMs = MINUTE_MS / ratePerMinute;
  for (let period = 0; ; period++) {
    for (let call = 0; call * gapMs < periodMs / 2; call++) yield period * periodMs + call * gapMs;
  }
}
