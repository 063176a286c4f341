import { expect } from 'chai';
import fc from 'fast-check';
import { calibratedPath } from '#forecast/calibrated-path.ts';
import type { ForecastPath, MetricWindow } from '#forecast/forecaster.ts';
import { LEVELS } from '#forecast/levels.ts';
import { pastPeaks } from '#forecast/past-peaks.ts';
import { persistence } from '#forecast/persistence.ts';
import { recentPeak } from '#forecast/recent-peak.ts';
import { FORECASTERS } from '#forecast/selection.ts';
import { windowOf } from './windows.ts';

const sample = fc.oneof(
  { weight: 5, arbitrary: fc.double({ min: 0, max: 4, noNaN: true }) },
  { weight: 1, arbitrary: fc.constant(NaN) },
);
const history = fc.array(sample, { minLength: 1, maxLength: 130 });
const forecasters = [...FORECASTERS.values()];

function pathOf(forecaster: (typeof forecasters)[number], window: MetricWindow): ForecastPath {
  return calibratedPath(forecaster, window, pastPeaks(window));
}

function columnsOf({ next, peak }: ForecastPath): readonly Float64Array[] {
  return [next, ...LEVELS.map(([name]) => peak[name])];
}

for (const forecaster of forecasters) {
  describe(`forecaster ${forecaster.name}`, () => {
    it('keeps its quantiles in order and never negative', () => {
      fc.assert(
        fc.property(history, (values) => {
          const { peak, next } = pathOf(forecaster, windowOf(values));
          for (let i = 0; i < values.length; i++) {
            const row = [peak.p50[i], peak.p90[i], peak.p95[i], peak.p99[i]].map((value) => value ?? NaN);
            if (row.some(Number.isNaN)) continue;
            expect(row).to.deep.equal(row.toSorted((a, b) => a - b));
            expect(Math.min(...row, next[i] ?? NaN)).to.be.at.least(0);
          }
        }),
      );
    });

    it('forecasts from the first sample on', () => {
      fc.assert(
        fc.property(history, (values) => {
          const first = values.findIndex((value) => !Number.isNaN(value));
          for (const column of columnsOf(pathOf(forecaster, windowOf(values)))) {
            const expected = values.map((_, i) => first >= 0 && i >= first);
            expect([...column].map(Number.isFinite)).to.deep.equal(expected);
          }
        }),
      );
    });

    it('knows nothing of what comes later', () => {
      const later = fc.array(fc.tuple(sample, sample), { minLength: 1, maxLength: 130 });
      fc.assert(
        fc.property(history, later, (values, pairs) => {
          const [one = [], other = []] = [0, 1].map((k) =>
            columnsOf(pathOf(forecaster, windowOf([...values, ...pairs.map((pair) => pair[k] ?? NaN)]))),
          );
          for (const [k, column] of one.entries()) {
            const past = [...(other[k] ?? [])].slice(0, values.length);
            expect(past).to.deep.equal([...column].slice(0, values.length));
          }
        }),
      );
    });

    // What calls do goes on through gaps.
    if (forecaster.name === 'nowcast') return;

    it('says the same after gaps', () => {
      fc.assert(
        fc.property(history, fc.integer({ min: 1, max: 20 }), (values, gaps) => {
          const before = columnsOf(pathOf(forecaster, windowOf(values)));
          const gapped = windowOf([...values, ...new Array<number>(gaps).fill(NaN)]);
          for (const [k, column] of columnsOf(pathOf(forecaster, gapped)).entries()) {
            expect(column.at(-1)).to.deep.equal(before[k]?.at(-1));
          }
        }),
      );
    });
  });
}

describe('persistence and recent-peak', () => {
  it('double with their input', () => {
    fc.assert(
      fc.property(history, fc.constantFrom(persistence, recentPeak), (values, forecaster) => {
        const single = columnsOf(pathOf(forecaster, windowOf(values)));
        const double = columnsOf(pathOf(forecaster, windowOf(values.map((value) => 2 * value))));
        for (const [k, column] of single.entries()) {
          expect([...(double[k] ?? [])]).to.deep.equal([...column].map((value) => 2 * value));
        }
      }),
    );
  });

  it('repeat a constant exactly, at every quantile', () => {
    for (const forecaster of [persistence, recentPeak]) {
      for (const column of columnsOf(pathOf(forecaster, windowOf(new Array<number>(100).fill(0.3))))) {
        expect(column.at(-1)).to.equal(0.3);
      }
    }
  });
});

describe('persistence', () => {
  it('adds the order statistics of how far past peaks lay above their origin', () => {
    // One spike of 10 in 19 complete horizons of one step: residuals +10, −10 and seventeen 0.
    const values = Array.from({ length: 20 }, (_, i) => (i === 10 ? 20 : 10));
    const { peak, next } = persistence.forecast(windowOf(values, { horizonSteps: 1 }));
    expect(next.at(-1)).to.equal(10);
    expect(peak.p50.at(-1)).to.equal(10);
    // Ranks ⌈20 × 0.9⌉ = 18 and ⌈20 × 0.95⌉ = 19 of 19.
    expect(peak.p90.at(-1)).to.equal(10);
    expect(peak.p95.at(-1)).to.equal(20);
  });

  it('learns nothing from censored samples', () => {
    const values = Array.from({ length: 60 }, (_, i) => (i === 30 ? 5 : 1));
    const censored = new Uint8Array(60);
    censored[30] = 1;
    expect(persistence.forecast(windowOf(values)).peak.p99.at(-1)).to.equal(5);
    expect(persistence.forecast(windowOf(values, { censored })).peak.p99.at(-1)).to.equal(1);
  });
});

describe('recent-peak', () => {
  it('forgets a maximum 80 samples old, and counts no gap as a sample', () => {
    const quiet = new Array<number>(79).fill(1);
    const gaps = new Array<number>(30).fill(NaN);
    const remembered = recentPeak.forecast(windowOf([7, ...quiet, ...gaps], { horizonSteps: 200 }));
    expect(remembered.peak.p50.at(-1)).to.equal(7);
    const forgotten = recentPeak.forecast(windowOf([7, ...quiet, ...gaps, 1], { horizonSteps: 200 }));
    expect(forgotten.peak.p50.at(-1)).to.equal(1);
  });
});

describe('past peaks', () => {
  it('are the maxima of the horizon after each origin, where all of it is known', () => {
    const window = windowOf([1, 4, 2, NaN, 3, 5, 6], { horizonSteps: 2 });
    expect([...pastPeaks(window)]).to.deep.equal([4, NaN, NaN, NaN, 6, NaN, NaN]);
  });
});
