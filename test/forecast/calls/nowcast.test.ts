import { expect } from 'chai';
import { respondToCalls } from '#forecast/calls/call-response.ts';
import { nowcast } from '#forecast/calls/nowcast.ts';
import { sampled, STEP_MS, type Sampled, type SyntheticFunction } from './synthetic-function.ts';

function nextOf({ values, calls, usable }: Sampled): Float64Array {
  const scale = new Float64Array(values.length).fill(Math.max(...values.filter((value) => value > 0)) / 2);
  return nowcast(values, calls, usable, respondToCalls(values, calls, usable, STEP_MS), scale);
}

/** Error of the next step from the 60th on, over that of the last value; over 20 functions. */
function errorToPersistence(change: Partial<SyntheticFunction>): number {
  let [error, persistence] = [0, 0];
  for (let seed = 0; seed < 20; seed++) {
    const made = sampled(seed, { samples: 240, ...change });
    const next = nextOf(made);
    for (let i = 60; i < 239; i++) {
      error += Math.abs(made.values[i + 1]! - next[i]!);
      persistence += Math.abs(made.values[i + 1]! - made.values[i]!);
    }
  }
  return error / persistence;
}

describe('the nowcast', () => {
  it('has less than 40 % of the last value’s error for increments of a function called each minute', () => {
    expect(errorToPersistence({})).to.be.below(0.4);
  });

  it('has less than 55 % for a rate that forgets calls after 17 steps', () => {
    expect(errorToPersistence({ meanSteps: 17 })).to.be.below(0.55);
  });

  it('is no worse where calls come at any time', () => {
    expect(errorToPersistence({ pattern: 'poisson' })).to.be.below(0.95);
    expect(errorToPersistence({ pattern: 'poisson', meanSteps: 20 })).to.be.below(1);
  });

  it('repeats the last value until it has learned', () => {
    const { values, calls, usable } = sampled(1);
    const next = nextOf({ values, calls, usable, actualCost: NaN });
    expect([...next.slice(0, 12)]).to.deep.equal([...values.slice(0, 12)]);
  });

  it('learns nothing from samples at their limit', () => {
    const made = sampled(2);
    made.usable.fill(0);
    expect([...nextOf(made)]).to.deep.equal([...made.values]);
  });

  it('goes with the response over a gap, and has nothing to say before the first sample', () => {
    const made = sampled(3);
    made.values.fill(NaN, 0, 3);
    made.values.fill(NaN, 60, 70);
    const next = nextOf(made);
    expect([...next.slice(0, 3)]).to.deep.equal([NaN, NaN, NaN]);
    expect([...next.slice(3)].every((value) => value >= 0)).to.equal(true);
    expect(Math.max(...next.slice(60, 70))).to.be.above(3 * Math.min(...next.slice(60, 70)));
  });
});
