import { expect } from 'chai';
import fc from 'fast-check';
import { factsOf } from '#forecast/calls/window-facts.ts';
import type { MetricWindow } from '#forecast/forecaster.ts';
import { INPUT_NAMES, lstmInputs } from '#forecast/lstm/inputs.ts';
import { rollingMean, stepsPerMean } from '#core/usage/sixty-second-mean.ts';
import { windowOf } from '../windows.ts';

const WIDTH = INPUT_NAMES.length;
/** A sample of what the memory of a window may hold: use in cores over many orders, and gaps. */
const cores = fc.oneof(
  { weight: 5, arbitrary: fc.double({ min: 0, max: 4, noNaN: true }) },
  { weight: 2, arbitrary: fc.constantFrom(0, 1e-9, 0.001, 64) },
  { weight: 1, arbitrary: fc.constant(NaN) },
);
const counts = fc.oneof(
  { weight: 5, arbitrary: fc.integer({ min: 0, max: 50 }) },
  { weight: 1, arbitrary: fc.constantFrom(NaN, 100_000) },
);

interface Step {
  readonly cores: number;
  readonly calls: number;
  readonly isCensored: boolean;
}
const step: fc.Arbitrary<Step> = fc.record({
  cores,
  calls: counts,
  isCensored: fc.boolean(),
});
const steps = fc.array(step, { minLength: 1, maxLength: 120 });
/** Sixty-second means as in production, or the samples as they are. */
const traits = fc.record({ hasCalls: fc.boolean(), isSmoothed: fc.boolean() });
interface Traits {
  readonly hasCalls: boolean;
  readonly isSmoothed: boolean;
}

function windowFrom(history: readonly Step[], { hasCalls, isSmoothed }: Traits, scale = 1): MetricWindow {
  const values = Float64Array.from(history, (one) => one.cores * scale);
  const window = windowOf([...values], {
    censored: Uint8Array.from(history, ({ isCensored }) => Number(isCensored)),
    calls: hasCalls ? Float64Array.from(history, ({ calls }) => calls) : null,
  });
  return isSmoothed
    ? { ...window, values, control: rollingMean(values, stepsPerMean(window.stepMs)) }
    : window;
}

const inputsOf = (window: MetricWindow): Float32Array => lstmInputs(factsOf(window), INPUT_NAMES);

const QUIET: Step = { cores: 0.1, calls: 0, isCensored: false };

describe('the inputs of the network', () => {
  it('have names of their own', () => {
    expect(new Set(INPUT_NAMES).size).to.equal(WIDTH);
  });

  it('are finite, and at most 5 either way, whatever the window', () => {
    fc.assert(
      fc.property(steps, traits, (history, more) => {
        const inputs = inputsOf(windowFrom(history, more));
        expect(inputs).to.have.length(history.length * WIDTH);
        expect(inputs.every((input) => Math.abs(input) <= 5)).to.equal(true);
      }),
    );
  });

  it('are finite on zeros, on a constant, on calls without use and on use without calls', () => {
    const flat = (value: number, calls: number): Step[] =>
      Array<Step>(240).fill({ cores: value, calls, isCensored: false });
    for (const [use, calls] of [
      [0, 0],
      [0, 3],
      [0.2, 0],
      [0.2, 3],
      [NaN, 3],
      [0.2, NaN],
    ] as const) {
      const inputs = inputsOf(windowFrom(flat(use, calls), { hasCalls: true, isSmoothed: true }));
      expect(
        inputs.every((input) => Math.abs(input) <= 5),
        `${use}, ${calls}`,
      ).to.equal(true);
    }
  });

  // Whether calls are counted at all is a fact of the whole window: the first step says so here.
  it('rest on no sample that comes later', () => {
    const futures = fc.array(fc.tuple(step, step), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(steps, futures, traits, (past, later, more) => {
        const [one, other] = [0, 1].map((k) =>
          inputsOf(windowFrom([QUIET, ...past, ...later.map((pair) => pair[k] ?? pair[0])], more)),
        );
        const rows = (past.length + 1) * WIDTH;
        expect(firstDifference(one!.subarray(0, rows), other!.subarray(0, rows), 0)).to.equal(null);
      }),
    );
  });

  it('are the same in any unit', () => {
    // Above the microcore that no scale is smaller than, in both.
    const busy = fc.array(
      step.map((one) => ({ ...one, cores: 0.01 + one.cores })),
      { minLength: 1, maxLength: 120 },
    );
    fc.assert(
      fc.property(busy, traits, (history, more) => {
        // A power of two rounds nothing: whether a value changed is asked exactly.
        const [one, other] = [1, 1024].map((scale) => inputsOf(windowFrom(history, more, scale)));
        expect(firstDifference(one!, other!, 1e-6)).to.equal(null);
      }),
    );
  });

  it('say nothing of use before the first sample', () => {
    // Flags of the window, and calls, which may come before.
    const others = /^(smoothed|calls-known|since-change-0|since-call-[0-3]|calls-[0-3])$/;
    const ofUse = INPUT_NAMES.map((name) => !others.test(name));
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 50 }), steps, traits, (empty, history, more) => {
        const padded = [...Array<Step>(empty).fill({ ...QUIET, cores: NaN }), ...history];
        const rows = inputsOf(windowFrom(padded, more)).subarray(0, empty * WIDTH);
        const wrong = rows.findIndex((input, i) => ofUse[i % WIDTH] === true && input !== 0);
        expect(wrong < 0 ? null : INPUT_NAMES[wrong % WIDTH]).to.equal(null);
      }),
    );
  });

  it('can be had in any order, and are refused by a name that does not exist', () => {
    const facts = factsOf(windowOf([0.1, 0.2, 0.4]));
    const [first = '', second = ''] = INPUT_NAMES;
    const [one, other] = [lstmInputs(facts, [first, second]), lstmInputs(facts, [second, first])];
    for (let i = 0; i < 3; i++)
      expect([one[2 * i], one[2 * i + 1]]).to.deep.equal([other[2 * i + 1], other[2 * i]]);
    expect(() => lstmInputs(facts, ['moon'])).to.throw(RangeError, 'no input is called moon');
  });
});

/** The name of the first input that differs by more than `tolerance`. */
function firstDifference(one: Float32Array, other: Float32Array, tolerance: number): string | null {
  const place = one.findIndex((input, i) => !(Math.abs(input - (other[i] ?? NaN)) <= tolerance));
  if (place < 0) return null;
  return `${INPUT_NAMES[place % WIDTH] ?? ''} in row ${Math.floor(place / WIDTH)}: ${one[place] ?? NaN} and ${other[place] ?? NaN}`;
}
