import { seededRandom } from '#core/seeded-random.ts';

/** A function whose calls cost what the test says, sampled as a counter that is spread over an even grid. */
export interface SyntheticFunction {
  readonly samples: number;
  /** CPU-seconds of one call: mean, and standard deviation over mean. */
  readonly cost: number;
  readonly variation: number;
  /** The invoker's: 1–9 at the start of each minute; or at any time, five a minute. */
  readonly pattern: 'invoker' | 'poisson' | 'steady' | 'none';
  readonly idleCores: number;
  /** Standard deviation of idle use over one second. */
  readonly idleNoise: number;
  /** Samples are taken up to so many seconds early. */
  readonly jitterSeconds: number;
  /** CPU of a call falls so much later than the call. */
  readonly lateSeconds: number;
  /** CPU-seconds used within the first two seconds. */
  readonly startUp: number;
  /** Steps over which each value is a mean; 1 is increments. */
  readonly meanSteps: number;
}

export const QRCODE: SyntheticFunction = {
  ...{ samples: 120, cost: 0.009, variation: 0.5, pattern: 'invoker', idleCores: 0.001, idleNoise: 0.0005 },
  ...{ jitterSeconds: 3, lateSeconds: 0, startUp: 0, meanSteps: 1 },
};

export const STEP_SECONDS = 15;
export const STEP_MS = STEP_SECONDS * 1000;
/** CPU is kept in tenths of a second. */
const TICKS = 10;

export interface Sampled {
  readonly values: Float64Array;
  readonly calls: Float64Array;
  readonly usable: Uint8Array;
  /** Mean cost of the calls that were made. */
  readonly actualCost: number;
}

function normal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

function callTimes({ pattern }: SyntheticFunction, seconds: number, random: () => number): number[] {
  const times: number[] = [];
  if (pattern === 'poisson') {
    for (let at = 0; at < seconds; at -= 12 * Math.log(1 - random())) times.push(at);
  }
  if (pattern === 'steady') for (let at = 1; at < seconds; at += STEP_SECONDS) times.push(at);
  for (let minute = 0; pattern === 'invoker' && minute < seconds; minute += 60) {
    const count = 1 + Math.floor(random() * 9);
    for (let k = 0; k < count; k++) times.push(minute + 0.5 + k * 0.4);
  }
  return times;
}

/** Lognormal with the wanted mean and variation. */
function costOf({ cost, variation }: SyntheticFunction, random: () => number): number {
  const square = Math.log(1 + variation ** 2);
  return cost * Math.exp(Math.sqrt(square) * normal(random) - square / 2);
}

function counterOf(use: Float64Array): (seconds: number) => number {
  const sums = new Float64Array(use.length + 1);
  for (let i = 0; i < use.length; i++) sums[i + 1] = sums[i]! + use[i]!;
  return (seconds) => {
    const at = Math.min(Math.max(seconds * TICKS, 0), use.length - 1);
    return sums[Math.floor(at)]! + (at % 1) * use[Math.floor(at)]!;
  };
}

/** The counter between jittered samples, as if it rose evenly; read at the grid's points. */
function spread(counter: (seconds: number) => number, points: number, jitter: number, random: () => number) {
  const times = Float64Array.from({ length: points + 1 }, (_, i) =>
    i === 0 ? 0 : i * STEP_SECONDS - jitter * random(),
  );
  const read = times.map(counter);
  return Float64Array.from({ length: points }, (_, i) => {
    const share = (i * STEP_SECONDS - times[i]!) / (times[i + 1]! - times[i]!);
    return read[i]! + share * (read[i + 1]! - read[i]!);
  });
}

/** The same for the same seed. */
export function sampled(seed: number, change: Partial<SyntheticFunction> = {}): Sampled {
  const made = { ...QRCODE, ...change };
  const random = seededRandom(seed);
  const before = made.meanSteps - 1;
  const steps = made.samples + before;
  const use = new Float64Array((steps + 2) * STEP_SECONDS * TICKS).fill(made.idleCores / TICKS);
  for (let i = 0; i < use.length; i += TICKS) use[i]! += Math.max(0, normal(random) * made.idleNoise);
  for (let i = 0; i < 2 * TICKS; i++) use[i]! += made.startUp / (2 * TICKS);
  const calls = new Float64Array(steps);
  let total = 0;
  const times = callTimes(made, steps * STEP_SECONDS, random);
  for (const time of times) {
    const cost = costOf(made, random);
    total += cost;
    calls[Math.floor(time / STEP_SECONDS)]! += 1;
    use[Math.floor((time + made.lateSeconds) * TICKS)]! += cost;
  }
  const counter = spread(counterOf(use), steps + 1, made.jitterSeconds, random);
  const values = Float64Array.from({ length: made.samples }, (_, i) => {
    const end = i + before + 1;
    return (counter[end]! - counter[end - made.meanSteps]!) / (made.meanSteps * STEP_SECONDS);
  });
  const usable = new Uint8Array(made.samples).fill(1);
  return { values, calls: calls.slice(before), usable, actualCost: total / Math.max(1, times.length) };
}
