import { RESPONSE_STEPS } from '../calls/call-response.ts';
import { at } from '../trailing-maximum.ts';
import { peakFacts, type PeakFacts } from './peak-facts.ts';
import type { WindowFacts } from '../calls/window-facts.ts';

/** Far peaks: what the network also learns to forecast, 5 minutes at 15 s. */
export const FAR_STEPS = 20;

/** Inputs are scaled changes; a larger one says no more than this. */
const LARGEST_INPUT = 5;

/** Calls of a step are set against the root mean square of this many. */
const CALL_SCALE_STEPS = 240;

const CHANGE_LAGS = [0, 1, 2, 3, 4] as const;
const CALL_LAGS = [0, 1] as const;
const PATH_STEPS = [1, 4, 12] as const;
const SINCE = [0, 1, 2, 3] as const;
const LEVEL_NAMES = ['p50', 'p90', 'p95', 'p99'] as const;

/** Above a value that moves less than this share of the scale, sums of the same samples differ by rounding. */
const SMALLEST_CHANGE = 1e-9;

/** Writes an input of every row, not yet clipped. */
type Fill = (context: Context, out: Float64Array) => void;

type Pick = (context: Context) => Float64Array | undefined;

/** Everything that inputs of one window are made of. */
interface Context {
  readonly facts: WindowFacts;
  readonly near: PeakFacts;
  readonly far: PeakFacts;
  readonly sinceChange: Float64Array;
  readonly sinceCall: Float64Array;
  readonly callScale: Float64Array;
}

/**
 * Every input by name, in scales (half the window's maximum) above the value now unless said. A model names those it
 * was trained with, in its own order.
 */
const COLUMNS: ReadonlyMap<string, Fill> = new Map<string, Fill>([
  ['level', each(({ facts: { control, scale } }, i) => at(control, i) / at(scale, i) - 1)],
  ['sample', above((c) => c.facts.values)],
  ['smoothed', each(({ facts }) => (facts.meanSteps === 1 ? 1 : 0))],
  ['calls-known', each(({ facts }) => (facts.callsKnown ? 1 : 0))],
  ['since-change', each((c, i) => Math.log1p(at(c.sinceChange, i)) / 3)],
  ...SINCE.map(
    (steps) => [`since-change-${steps}`, each((c, i) => (at(c.sinceChange, i) === steps ? 1 : 0))] as const,
  ),
  ...SINCE.map(
    (steps) =>
      [
        `since-call-${steps}`,
        each((c, i) => (c.facts.callsKnown && at(c.sinceCall, i) === steps ? 1 : 0)),
      ] as const,
  ),
  ...CHANGE_LAGS.map((lag) => [`change-${lag}`, change(lag)] as const),
  ...CALL_LAGS.map(
    (lag) =>
      [`calls-${lag}`, each((c, i) => (at(c.facts.calls, i - lag) || 0) / (4 * at(c.callScale, i)))] as const,
  ),
  ...PATH_STEPS.map((steps) => [`path-${steps}`, pathAbove(steps)] as const),
  ['path-near', above((c) => c.near.pathMaximum)],
  ['path-far', above((c) => c.far.pathMaximum)],
  ['nowcast', above((c) => c.facts.nowcast)],
  ...LEVEL_NAMES.map((name, k) => [`near-rise-${name}`, scaled((c) => c.near.rises[k])] as const),
  ...LEVEL_NAMES.map((name, k) => [`far-rise-${name}`, scaled((c) => c.far.rises[k])] as const),
]);

/** All inputs that exist, in a fixed order. */
export const INPUT_NAMES: readonly string[] = [...COLUMNS.keys()];

/** The near horizon that the network is trained for: sizing each minute, in force 15 s later. */
export const NEAR_STEPS = 5;

/**
 * The inputs named, n × names row-major. Row i rests on samples 0…i only; rows before the first sample are zeros.
 * Throws for a name that does not exist.
 */
export function lstmInputs(facts: WindowFacts, names: readonly string[]): Float32Array {
  const context = contextOf(facts);
  const rows = facts.control.length;
  const table = new Float32Array(rows * names.length);
  const column = new Float64Array(rows);
  for (const [j, name] of names.entries()) {
    const fill = COLUMNS.get(name);
    if (fill === undefined) throw new RangeError(`no input is called ${name}`);
    fill(context, column);
    for (let i = 0, cell = j; i < rows; i++, cell += names.length) table[cell] = clipped(at(column, i));
  }
  return table;
}

/** NaN, of rows before the first sample, becomes 0. */
function clipped(value: number): number {
  if (value > LARGEST_INPUT) return LARGEST_INPUT;
  if (value < -LARGEST_INPUT) return -LARGEST_INPUT;
  return Number.isNaN(value) ? 0 : value;
}

function each(value: (context: Context, i: number) => number): Fill {
  return (context, out) => {
    for (let i = 0; i < out.length; i++) out[i] = value(context, i);
  };
}

function above(pick: Pick): Fill {
  return (context, out) => {
    const { control, scale } = context.facts;
    const column = pick(context) ?? control;
    for (let i = 0; i < out.length; i++) out[i] = (at(column, i) - at(control, i)) / at(scale, i);
  };
}

function scaled(pick: Pick): Fill {
  return (context, out) => {
    const { control, scale } = context.facts;
    const column = pick(context) ?? new Float64Array(control.length);
    for (let i = 0; i < out.length; i++) out[i] = at(column, i) / at(scale, i);
  };
}

function change(lag: number): Fill {
  return ({ facts: { control, scale } }, out) => {
    for (let i = 0; i < out.length; i++) {
      out[i] = (3 * (at(control, i - lag) - at(control, i - lag - 1))) / at(scale, i);
    }
  };
}

function pathAbove(steps: number): Fill {
  return ({ facts: { path, control, scale } }, out) => {
    for (let i = 0; i < out.length; i++) {
      out[i] = (at(path, i * RESPONSE_STEPS + steps - 1) - at(control, i)) / at(scale, i);
    }
  };
}

function contextOf(facts: WindowFacts): Context {
  const { control, scale } = facts;
  return {
    facts,
    near: peakFacts(facts, NEAR_STEPS),
    far: peakFacts(facts, FAR_STEPS),
    sinceChange: stepsSince(
      control.length,
      (i) => !(Math.abs(at(control, i) - at(control, i - 1)) <= SMALLEST_CHANGE * at(scale, i)),
    ),
    sinceCall: stepsSince(control.length, (i) => at(facts.calls, i) > 0),
    callScale: rootMeanSquare(facts.calls, CALL_SCALE_STEPS).map((size) => 0.5 * size + 1e-3),
  };
}

function stepsSince(length: number, happens: (i: number) => boolean): Float64Array {
  const since = new Float64Array(length);
  for (let i = 1; i < length; i++) since[i] = happens(i) ? 0 : at(since, i - 1) + 1;
  return since;
}

function rootMeanSquare(values: Float64Array, steps: number): Float64Array {
  const result = new Float64Array(values.length);
  let sum = 0;
  for (let i = 0; i < values.length; i++) {
    sum += at(values, i) ** 2 - (i >= steps ? at(values, i - steps) ** 2 : 0);
    result[i] = Math.sqrt(Math.max(0, sum) / Math.min(i + 1, steps));
  }
  return result;
}
