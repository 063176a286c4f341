import { expect } from 'chai';
import { calibratedPath } from '#forecast/calibrated-path.ts';
import type { Forecaster, ForecastPath, MetricWindow } from '#forecast/forecaster.ts';
import { LEVELS } from '#forecast/levels.ts';
import { pastPeaks } from '#forecast/past-peaks.ts';
import { windowOf } from './windows.ts';

type Said = (window: MetricWindow) => ForecastPath;
const filled = (value: number, length: number): Float64Array => new Float64Array(length).fill(value);

/** A forecaster that says these quantiles at every origin. */
function saying([p50, p90, p95, p99]: readonly [number, number, number, number], next = 1): Said {
  return ({ values: { length } }) => ({
    next: filled(next, length),
    peak: {
      p50: filled(p50, length),
      p90: filled(p90, length),
      p95: filled(p95, length),
      p99: filled(p99, length),
    },
  });
}

function pathOf(forecast: Said, traits: Partial<Forecaster> = {}, window = WINDOW): ForecastPath {
  const forecaster: Forecaster = { name: 'stub', minimumSamples: 1, forecast, ...traits };
  return calibratedPath(forecaster, window, pastPeaks(window));
}

/** Every peak is 5. */
const WINDOW = windowOf(Array<number>(200).fill(5), { horizonSteps: 1 });
const last = ({ peak }: ForecastPath): number[] => LEVELS.map(([name]) => peak[name].at(-1) ?? NaN);

describe('a calibrated path', () => {
  it('is moved to where past peaks lay, each quantile by its own residuals', () => {
    expect(last(pathOf(saying([1, 2, 3, 4])))).to.deep.equal([5, 5, 5, 5]);
    expect(last(pathOf(saying([7, 8, 9, 10])))).to.deep.equal([5, 5, 5, 5]);
  });

  it('is moved by part of that where the quantiles are the forecaster’s own', () => {
    const moved = last(pathOf(saying([5, 6, 7, 8]), { ownQuantiles: true }));
    for (const [k, [, level]] of LEVELS.entries()) {
      const beyond = 199 * (1 - level);
      const own = k + 5;
      expect(moved[k]).to.be.closeTo(own + ((5 - own) * beyond) / (beyond + 4), 1e-9);
    }
  });

  it('is left alone where the forecaster calibrated it', () => {
    expect(last(pathOf(saying([1, 2, 3, 4]), { calibrated: true }))).to.deep.equal([1, 2, 3, 4]);
  });

  it('has its quantiles in order, and nothing below 0', () => {
    const { next, peak } = pathOf(saying([4, 3, -2, 5], -1), { calibrated: true });
    expect(next.at(-1)).to.equal(0);
    expect(last({ next, peak })).to.deep.equal([4, 4, 4, 5]);
    expect(last(pathOf(saying([-4, -3, -2, -1]), { calibrated: true }))).to.deep.equal([0, 0, 0, 0]);
  });

  it('keeps what cannot be said unsaid', () => {
    const { next, peak } = pathOf(saying([NaN, NaN, NaN, NaN], NaN));
    expect(next.at(-1)).to.be.NaN;
    expect(last({ next, peak })).to.deep.equal([NaN, NaN, NaN, NaN]);
  });

  it('forgets what a forecaster that learns said in its first quarter of an hour', () => {
    const wild: Said = (window) => {
      const path = saying([5, 5, 5, 5])(window);
      const column = path.peak.p50.map((value, i) => (i < 60 ? 0 : value));
      const peak = { p50: column, p90: column, p95: column, p99: column };
      return { ...path, peak, unit: filled(1, window.values.length) };
    };
    // Mature from row 121 on: 60 later origins are known.
    const { peak } = pathOf(wild);
    expect(peak.p95[119]).to.equal(10);
    expect(peak.p95[121]).to.equal(5);
    const { next, peak: raw } = wild(WINDOW);
    expect(pathOf(() => ({ next, peak: raw })).peak.p95.at(-1)).to.equal(10);
  });
});
