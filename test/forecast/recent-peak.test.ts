import { expect } from 'chai';
import fc from 'fast-check';
import { LEVELS } from '#forecast/levels.ts';
import { pastPeaks } from '#forecast/past-peaks.ts';
import { recentPeak } from '#forecast/recent-peak.ts';
import { windowOf } from './windows.ts';

const SAMPLES = fc.array(
  fc.oneof(
    { weight: 6, arbitrary: fc.integer({ min: 0, max: 1000 }) },
    { weight: 1, arbitrary: fc.constant(NaN) },
  ),
  { minLength: 1, maxLength: 200, size: 'max' },
);
const present = (values: readonly number[]): number[] => values.filter((value) => !Number.isNaN(value));

/** The maximum of the newest 80 samples of `values` up to row `i`, and the order statistics of what came above it. */
function expectedRow(
  values: readonly number[],
  peaks: Float64Array,
  horizonSteps: number,
  i: number,
): number[] {
  const base = (row: number): number => Math.max(...present(values.slice(0, row + 1)).slice(-80));
  const residuals = [...peaks.entries()]
    .filter(([origin, peak]) => origin <= i - horizonSteps && !Number.isNaN(peak))
    .map(([origin, peak]) => peak - base(origin))
    .toSorted((a, b) => a - b);
  return LEVELS.map(([, level]) => {
    const rank = Math.min(Math.ceil((residuals.length + 1) * level - 1e-9), residuals.length);
    return base(i) + (residuals[rank - 1] ?? 0);
  });
}

describe('recent-peak, at every row', () => {
  it('is the maximum of the newest 80 samples plus the quantiles of what exceeded it before', () => {
    fc.assert(
      fc.property(SAMPLES, fc.integer({ min: 1, max: 9 }), (values, horizonSteps) => {
        const window = windowOf(values, { metric: 'memory', horizonSteps });
        const { peak } = recentPeak.forecast(window);
        const peaks = pastPeaks(window);
        for (let i = values.findIndex((value) => !Number.isNaN(value)); i >= 0 && i < values.length; i += 7) {
          const row = LEVELS.map(([name]) => peak[name][i]);
          expect(row).to.deep.equal(expectedRow(values, peaks, horizonSteps, i));
        }
      }),
      { numRuns: 30 },
    );
  });

  it('repeats the newest sample as the next value', () => {
    fc.assert(
      fc.property(SAMPLES, (values) => {
        const { next } = recentPeak.forecast(windowOf(values));
        for (const [i, value] of next.entries()) {
          expect(value).to.deep.equal(present(values.slice(0, i + 1)).at(-1) ?? NaN);
        }
      }),
      { numRuns: 30 },
    );
  });
});

describe('recent-peak', () => {
  it('stays above a leak: its quantiles hold what the leak adds within the horizon', () => {
    const leak = Array.from({ length: 240 }, (_, i) => 1e8 + i * 1e5);
    const { peak } = recentPeak.forecast(windowOf(leak, { metric: 'memory' }));
    const coming = 1e8 + (239 + 5) * 1e5;
    for (const [name] of LEVELS) expect(peak[name].at(-1)).to.equal(coming);
  });

  it('comes down 80 samples after a step down, not before', () => {
    const values = Array.from({ length: 240 }, (_, i) => (i < 100 ? 9e7 : 3e7));
    const { p50 } = recentPeak.forecast(windowOf(values, { metric: 'memory' })).peak;
    expect(p50[178]).to.equal(9e7);
    expect(p50[179]).to.be.below(9e7);
  });

  it('learns nothing from kills for memory', () => {
    const censored = new Uint8Array(240);
    const values = Array.from({ length: 240 }, (_, i) => (i === 100 ? 9e7 : 3e7));
    censored[100] = 1;
    const window = windowOf(values, { metric: 'memory', censored });
    expect(recentPeak.forecast(window).peak.p99.at(-1)).to.equal(3e7);
    expect(recentPeak.forecast({ ...window, censored: new Uint8Array(240) }).peak.p99.at(-1)).to.equal(9e7);
  });
});
