import { RESPONSE_STEPS } from '../calls/call-response.ts';
import { at, trailingMaximum } from '../trailing-maximum.ts';
import { controlPath } from '../calls/control-path.ts';
import { decayedDeviation, decayedMean } from './decayed.ts';
import { peakFacts, type PeakFacts } from './peak-facts.ts';
import type { WindowFacts } from '../calls/window-facts.ts';

/** Far peaks: what the network also learns to forecast, 5 minutes at 15 s. */
export const FAR_STEPS = 20;

/** Inputs are scaled changes; a larger one says no more than this. */
const LARGEST_INPUT = 5;

/** Half-life of the running mean and deviation: half an hour at 15 s. */
const CONTEXT_HALF_LIFE_STEPS = 120;

/** Calls of a step are set against the root mean square of this many. */
const CALL_SCALE_STEPS = 240;

const CHANGE_LAGS = [0, 1, 2, 3, 4] as const;
const CALL_LAGS = [0, 1, 2, 3] as const;
const PATH_STEPS = [1, 2, 3, 4, 6, 8, 12, 16, 20] as const;
const SINCE = [0, 1, 2, 3] as const;
const MAXIMUM_STEPS = [4, 20, 40, 120] as const;
const LEVEL_NAMES = ['p50', 'p90', 'p95', 'p99'] as const;

type Column = (i: number) => number;

/** Everything that inputs of one window are made of. */
interface Context {
  readonly facts: WindowFacts;
  readonly path: Float64Array;
  readonly mean: Float64Array;
  readonly deviation: Float64Array;
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
const COLUMNS: ReadonlyMap<string, (context: Context) => Column> = new Map<string, (c: Context) => Column>([
  [
    'level',
    ({ facts: { control, scale } }) =>
      (i) =>
        at(control, i) / at(scale, i) - 1,
  ],
  ['sample', (c) => above(c, c.facts.values)],
  [
    'smoothed',
    ({ facts }) =>
      () =>
        facts.meanSteps === 1 ? 1 : 0,
  ],
  [
    'calls-known',
    ({ facts }) =>
      () =>
        facts.callsKnown ? 1 : 0,
  ],
  [
    'since-change',
    ({ sinceChange }) =>
      (i) =>
        Math.log1p(at(sinceChange, i)) / 3,
  ],
  ...SINCE.map(
    (steps) =>
      [
        `since-change-${steps}`,
        (c: Context) => (i: number) => (at(c.sinceChange, i) === steps ? 1 : 0),
      ] as const,
  ),
  ...SINCE.map(
    (steps) =>
      [
        `since-call-${steps}`,
        (c: Context) => (i: number) => (c.facts.callsKnown && at(c.sinceCall, i) === steps ? 1 : 0),
      ] as const,
  ),
  ...CHANGE_LAGS.map((lag) => [`change-${lag}`, (c: Context) => change(c, lag)] as const),
  ...CALL_LAGS.map(
    (lag) =>
      [
        `calls-${lag}`,
        (c: Context) => (i: number) => (at(c.facts.calls, i - lag) || 0) / (4 * at(c.callScale, i)),
      ] as const,
  ),
  ['explained', (c) => above(c, c.facts.response.fitted)],
  ...PATH_STEPS.map((steps) => [`path-${steps}`, (c: Context) => pathAbove(c, steps)] as const),
  ['path-near', (c) => above(c, c.near.pathMaximum)],
  ['path-far', (c) => above(c, c.far.pathMaximum)],
  ['mean', (c) => above(c, c.mean)],
  [
    'deviation',
    ({ deviation, facts }) =>
      (i) =>
        at(deviation, i) / at(facts.scale, i),
  ],
  ...MAXIMUM_STEPS.map(
    (steps) =>
      [`maximum-${steps}`, (c: Context) => above(c, trailingMaximum(c.facts.window.control, steps))] as const,
  ),
  ['nowcast', (c) => above(c, c.facts.nowcast)],
  ...LEVEL_NAMES.map(
    (name, k) => [`near-expected-${name}`, (c: Context) => aboveOf(c, c.near.expected[k])] as const,
  ),
  ...LEVEL_NAMES.map(
    (name, k) => [`far-expected-${name}`, (c: Context) => aboveOf(c, c.far.expected[k])] as const,
  ),
  ...LEVEL_NAMES.map((name, k) => [`near-rise-${name}`, (c: Context) => scaled(c, c.near.rises[k])] as const),
  ...LEVEL_NAMES.map((name, k) => [`far-rise-${name}`, (c: Context) => scaled(c, c.far.rises[k])] as const),
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
  for (const [j, name] of names.entries()) {
    const make = COLUMNS.get(name);
    if (make === undefined) throw new RangeError(`no input is called ${name}`);
    const column = make(context);
    for (let i = 0, cell = j; i < rows; i++, cell += names.length) table[cell] = clipped(column(i));
  }
  return table;
}

/** NaN, of rows before the first sample, becomes 0. */
function clipped(value: number): number {
  if (value > LARGEST_INPUT) return LARGEST_INPUT;
  if (value < -LARGEST_INPUT) return -LARGEST_INPUT;
  return Number.isNaN(value) ? 0 : value;
}

function above({ facts: { control, scale } }: Context, column: Float64Array): Column {
  return (i) => (at(column, i) - at(control, i)) / at(scale, i);
}

function aboveOf(context: Context, column: Float64Array | undefined): Column {
  return column === undefined ? () => 0 : above(context, column);
}

function scaled({ facts: { scale } }: Context, column: Float64Array | undefined): Column {
  return (i) => (column?.[i] ?? 0) / at(scale, i);
}

function change({ facts: { control, scale } }: Context, lag: number): Column {
  return (i) => (3 * (at(control, i - lag) - at(control, i - lag - 1))) / at(scale, i);
}

function pathAbove({ path, facts: { control, scale } }: Context, steps: number): Column {
  return (i) => (at(path, i * RESPONSE_STEPS + steps - 1) - at(control, i)) / at(scale, i);
}

function contextOf(facts: WindowFacts): Context {
  const { control } = facts;
  const path = controlPath(facts);
  const mean = decayedMean(control, CONTEXT_HALF_LIFE_STEPS);
  return {
    facts,
    path,
    mean,
    deviation: decayedDeviation(control, mean, CONTEXT_HALF_LIFE_STEPS),
    near: peakFacts(facts, path, NEAR_STEPS),
    far: peakFacts(facts, path, FAR_STEPS),
    sinceChange: stepsSince(control.length, (i) => at(control, i) !== at(control, i - 1)),
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
