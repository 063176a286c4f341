import { expect } from 'chai';
import fc from 'fast-check';
import type { ForecastPath, MetricWindow } from '#forecast/forecaster.ts';
import { createLstm } from '#forecast/lstm/lstm-forecaster.ts';
import { LEVELS } from '#forecast/levels.ts';
import { windowOf } from '../windows.ts';
import { modelOf } from './models.ts';

const lstm = createLstm(modelOf(5));

/** Bursts that are called for, after a gap. */
const values = Array.from({ length: 120 }, (_, i) => (i < 8 ? NaN : i % 9 < 2 ? 0.5 : 0.1 + 0.01 * (i % 4)));
const calls = Float64Array.from(values, (value) => (value > 0.3 ? 4 : 0));
const forecast = (change: Partial<MetricWindow> = {}): ForecastPath =>
  lstm.forecast(windowOf(values, { calls, ...change }));
const at = (horizonSteps: number, i = 100): number[] => {
  const { peak } = forecast({ horizonSteps });
  return LEVELS.map(([name]) => peak[name][i] ?? NaN);
};

describe('the forecaster lstm', () => {
  it('is for CPU, has quantiles of its own, and says what residuals are measured in', () => {
    expect(lstm).to.include({ name: 'lstm', metric: 'cpu', ownQuantiles: true });
    const { unit } = forecast();
    expect(unit?.[100]).to.equal(0.25);
  });

  it('has its quantiles in order at every origin and horizon, and is finite from the first sample on', () => {
    const sample = fc.oneof(fc.double({ min: 0, max: 9, noNaN: true }), fc.constant(NaN));
    const history = fc.array(sample, { minLength: 1, maxLength: 90 });
    fc.assert(
      fc.property(
        history,
        fc.integer({ min: 1, max: 300 }),
        fc.boolean(),
        (series, horizonSteps, hasCalls) => {
          const counted = hasCalls ? Float64Array.from(series, (_, i) => i % 3) : null;
          const { next, peak } = lstm.forecast(windowOf(series, { horizonSteps, calls: counted }));
          const first = series.findIndex((value) => !Number.isNaN(value));
          for (let i = 0; i < series.length; i++) {
            const row = LEVELS.map(([name]) => peak[name][i] ?? NaN);
            const known = first >= 0 && i >= first;
            expect([next[i], ...row].every(Number.isFinite)).to.equal(known);
            if (known) expect(row).to.deep.equal(row.toSorted((a, b) => a - b));
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  it('lays horizons between 5 and 20 steps between those two, on a logarithmic scale', () => {
    const [near, ten, far] = [at(5), at(10), at(20)];
    for (const [k, between] of ten.entries()) {
      expect(far[k]).not.to.equal(near[k]);
      // Ten steps are halfway from 5 to 20 in logarithms.
      expect(between).to.be.closeTo((near[k]! + far[k]!) / 2, 1e-9);
    }
    const share = Math.log(8 / 5) / Math.log(4);
    expect(at(8)[1]).to.be.closeTo((1 - share) * near[1]! + share * far[1]!, 1e-9);
  });

  it('says of shorter and longer horizons what it says of the nearest that it knows', () => {
    expect(at(1)).to.deep.equal(at(5));
    expect(at(300)).to.deep.equal(at(20));
  });

  it('says the same of the next value at any horizon', () => {
    expect(forecast({ horizonSteps: 20 }).next).to.deep.equal(forecast({ horizonSteps: 5 }).next);
  });

  it('knows nothing of what comes later', () => {
    const { next, peak } = forecast();
    const cut = lstm.forecast(windowOf(values.slice(0, 70), { calls: calls.slice(0, 70) }));
    // The newest row of a window has a fit of its own.
    const before = (column: Float64Array): number[] => [...column.subarray(0, 69)];
    expect(before(next)).to.deep.equal(before(cut.next));
    for (const [name] of LEVELS) expect(before(peak[name])).to.deep.equal(before(cut.peak[name]));
  });

  it('forgets one window before the next', () => {
    const before = forecast();
    lstm.forecast(windowOf(Array<number>(50).fill(7)));
    expect(forecast()).to.deep.equal(before);
  });

  it('counts in cores: twice the use is twice the forecast', () => {
    const { next, peak } = forecast();
    const twice = lstm.forecast(
      windowOf(
        values.map((value) => 2 * value),
        { calls },
      ),
    );
    expect(twice.next[100]).to.be.closeTo(2 * (next[100] ?? NaN), 1e-5);
    expect(twice.peak.p99[100]).to.be.closeTo(2 * (peak.p99[100] ?? NaN), 1e-5);
  });

  it('is refused a network without one of its heads or levels', () => {
    const { heads } = modelOf(1).shape;
    expect(() => createLstm(modelOf(1, { heads: heads.slice(0, 2) }))).to.throw(
      /the model has no far at 0\.5/,
    );
    expect(() => createLstm(modelOf(1, { levels: [0.5, 0.9, 0.99] }))).to.throw(/has no near at 0\.95/);
  });
});
