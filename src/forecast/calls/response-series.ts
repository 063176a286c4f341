import { at } from '../trailing-maximum.ts';
import { LAGS } from './lagged-equations.ts';

/** Beyond this many times the first sample, numbers would overflow when squared. */
const LARGEST = 1e100;
/** Calls of this step and the one before are always held for effective. */
export const FEWEST_LAGS = 2;

/** CPU and calls, each in units of its own first sample above zero: neither squares nor sums overflow or vanish. */
export class ResponseSeries {
  readonly length: number;
  /** NaN is a gap. */
  readonly values: Float64Array;
  /** 22 zeros, the calls of each step, and one zero; unknown ones are 0 until they are filled in. */
  readonly calls: Float64Array;
  readonly coresUnit: number;
  readonly callsUnit: number;
  readonly #usable: Uint8Array;
  readonly #lastCall: Int32Array;
  readonly #lastUnknown: Int32Array;
  readonly #firstKnown: number;

  constructor(values: Float64Array, calls: Float64Array | null, usable: Uint8Array) {
    const { length } = values;
    this.length = length;
    this.#usable = usable;
    this.coresUnit = unitOf(values);
    this.callsUnit = calls === null ? 1 : unitOf(calls);
    this.values = new Float64Array(length);
    this.calls = new Float64Array(length + LAGS + 1);
    this.#lastCall = new Int32Array(length);
    this.#lastUnknown = new Int32Array(length);
    this.#firstKnown = calls === null ? 0 : firstKnown(calls);
    const before = calls === null ? -LAGS : -1;
    for (let i = 0; i < length; i++) {
      this.values[i] = inUnits(at(values, i), this.coresUnit);
      const count = calls === null ? 0 : inUnits(at(calls, i), this.callsUnit);
      this.calls[i + LAGS] = Number.isNaN(count) ? 0 : count;
      this.#lastCall[i] = count > 0 ? i : (this.#lastCall[i - 1] ?? -LAGS);
      this.#lastUnknown[i] = Number.isNaN(count) ? i : (this.#lastUnknown[i - 1] ?? before);
    }
  }

  usable(i: number): boolean {
    return this.#usable[i] !== 0;
  }

  callsKnown(i: number): boolean {
    return this.#lastUnknown[i] !== i;
  }

  /**
   * Whether sample i is to be learned from by a fit of so many lags, at step `now`: it is neither a gap nor censored,
   * and the calls it answers to are known. As long as no calls are known at all, CPU is learned without them.
   */
  learnable(i: number, lags: number, now: number): boolean {
    if (this.#usable[i] === 0 || Number.isNaN(at(this.values, i))) return false;
    return (
      now < this.#firstKnown ||
      i - (this.#lastUnknown[i] ?? -1) >= Math.max(lags, i === now ? FEWEST_LAGS : 0)
    );
  }

  /** Whether calls of the last so many steps are at work in sample i. */
  active(i: number, lags: number): boolean {
    return i - (this.#lastCall[i] ?? -LAGS) < Math.max(lags, FEWEST_LAGS);
  }

  toCores(value: number): number {
    return Math.min(Math.max(value * this.coresUnit, -Number.MAX_VALUE), Number.MAX_VALUE);
  }
}

function unitOf(values: Float64Array): number {
  const first = values.find((value) => value > 0 && Number.isFinite(value));
  return first ?? 1;
}

function firstKnown(calls: Float64Array): number {
  const first = calls.findIndex((value) => !Number.isNaN(value));
  return first < 0 ? Infinity : first;
}

/** Anything below zero or infinite is no sample. */
function inUnits(value: number, unit: number): number {
  return value >= 0 && value < Infinity ? Math.min(value / unit, LARGEST) : NaN;
}
