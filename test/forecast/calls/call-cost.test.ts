import { expect } from 'chai';
import { respondToCalls } from '#forecast/calls/call-response.ts';
import type { CallCost } from '#forecast/calls/call-cost.ts';
import { QRCODE, sampled, STEP_MS, type SyntheticFunction } from './synthetic-function.ts';

const SEEDS = 100;

interface Estimate {
  /** Relative to the cost that calls were drawn from, and to the mean of those made. */
  readonly error: number;
  readonly actualError: number;
  /** Errors in standard errors. */
  readonly deviations: number;
}

function costOf(seed: number, change: Partial<SyntheticFunction>): { cost: CallCost | null; actual: number } {
  const { values, calls, usable, actualCost } = sampled(seed, change);
  return { cost: respondToCalls(values, calls, usable, STEP_MS).cost, actual: actualCost };
}

function estimates(change: Partial<SyntheticFunction> = {}): Estimate[] {
  const truth = change.cost ?? QRCODE.cost;
  return Array.from({ length: SEEDS }, (_, seed) => {
    const { cost, actual } = costOf(seed, change);
    if (cost === null) throw new Error(`seed ${seed} tells no cost`);
    const error = Math.abs(cost.cpuSecondsPerCall - truth);
    return {
      error: error / truth,
      actualError: Math.abs(cost.cpuSecondsPerCall / actual - 1),
      deviations: error / cost.standardError,
    };
  });
}

const shareWithin = (values: number[], limit: number): number =>
  values.filter((value) => value <= limit).length / values.length;

function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;
}

describe('the CPU cost of a call', () => {
  // 150 calls that vary by half: the mean of what was made is itself 4 % off.
  const attainable = [
    { name: 'the pattern of the invoker', change: {} },
    { name: 'samples without jitter', change: { jitterSeconds: 0 } },
    { name: 'samples up to 10 s early', change: { jitterSeconds: 10 } },
    { name: 'CPU a step late', change: { lateSeconds: 15 } },
    { name: 'a start-up of 1.5 CPU-seconds in the first sample', change: { startUp: 1.5 } },
  ];
  for (const { name, change } of attainable) {
    it(`is within 10 % after 30 minutes of five calls a minute: ${name}`, () => {
      const found = estimates(change);
      const errors = found.map(({ error }) => error);
      expect(median(errors), 'median').to.be.below(0.045);
      expect(shareWithin(errors, 0.1), 'within 10 %').to.be.at.least(0.92);
      const actual = found.map(({ actualError }) => actualError);
      expect(median(actual), 'median to calls made').to.be.below(0.025);
      expect(shareWithin(actual, 0.1), 'within 10 % of calls made').to.be.at.least(0.97);
    });
  }

  it('is within 10 % mostly, and within 7 % at the median, where calls come at any time', () => {
    const errors = estimates({ pattern: 'poisson' }).map(({ error }) => error);
    expect(median(errors)).to.be.below(0.07);
    expect(shareWithin(errors, 0.1)).to.be.at.least(0.75);
  });

  const honest = [
    { name: 'the pattern of the invoker', change: {} },
    { name: 'calls at any time', change: { pattern: 'poisson' } },
    { name: 'noisy idle use', change: { idleCores: 0.01, idleNoise: 0.005 } },
    { name: 'a rate over five minutes', change: { meanSteps: 20, samples: 240 } },
  ] as const;
  for (const { name, change } of honest) {
    it(`lies within 2.5 standard errors in nine of ten: ${name}`, () => {
      const deviations = estimates(change).map((estimate) => estimate.deviations);
      expect(shareWithin(deviations, 2.5)).to.be.at.least(0.9);
      expect(median(deviations), 'nor is the standard error out of all proportion').to.be.above(0.2);
    });
  }

  it('is nothing, within its error, for calls that cost nothing', () => {
    for (let seed = 0; seed < 20; seed++) {
      const { cost } = costOf(seed, { cost: 0 });
      if (cost === null) continue;
      expect(cost.cpuSecondsPerCall).to.be.within(0, 3 * cost.standardError);
      expect(cost.standardError).to.be.below(QRCODE.cost / 5);
    }
  });

  it('is not told without calls', () => {
    expect(costOf(1, { pattern: 'none' }).cost).to.equal(null);
  });

  it('is not told, or told to be uncertain, where each step has as many calls', () => {
    for (let seed = 0; seed < 20; seed++) {
      const { cost } = costOf(seed, { pattern: 'steady', jitterSeconds: 0 });
      if (cost === null) continue;
      expect(cost.cpuSecondsPerCall).to.be.at.least(0);
      expect(Math.abs(cost.cpuSecondsPerCall - QRCODE.cost)).to.be.below(2.5 * cost.standardError);
    }
  });

  it('is not told from fewer than 12 samples', () => {
    expect(costOf(1, { samples: 12 }).cost).to.equal(null);
  });

  it('survives gaps, censored samples and unknown calls', () => {
    const { values, calls, usable, actualCost } = sampled(3);
    for (let i = 0; i < values.length; i += 13) values[i] = NaN;
    for (let i = 5; i < values.length; i += 17) calls[i] = NaN;
    for (let i = 7; i < values.length; i += 11) {
      values[i] = 0.002;
      usable[i] = 0;
    }
    const cost = respondToCalls(values, calls, usable, STEP_MS).cost!;
    expect(cost.cpuSecondsPerCall / actualCost).to.be.closeTo(1, 0.2);
    expect(Math.abs(cost.cpuSecondsPerCall - actualCost)).to.be.below(2.5 * cost.standardError);
  });
});
