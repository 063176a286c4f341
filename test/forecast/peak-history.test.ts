import { expect } from 'chai';
import { peakHistory } from '#forecast/peak-history.ts';
import { forecastFunction } from '#forecast/predict-usage.ts';
import { FORECASTERS } from '#forecast/selection.ts';
import { AT, STEP_MS, STEPS, usageOf } from '../page/made-up-page.ts';

const GRID = { at: AT, stepMs: STEP_MS, horizonMs: 75_000 };
const TOOLKIT = { forecasters: FORECASTERS, model: 'none' };
const usage = usageOf('qrcode');
const history = peakHistory(usage, GRID, TOOLKIT);

describe('the forecasts of a window', () => {
  it('end with the forecast that is made now', () => {
    expect(history).to.have.length(STEPS);
    const { at, peak } = forecastFunction(usage, GRID, TOOLKIT);
    expect(history.at(-1)).to.deep.equal({ at, peak });
  });

  it('are one at each step, with quantiles in order', () => {
    expect(history.map(({ at }) => at)).to.deep.equal(
      Array.from({ length: STEPS }, (_, step) => AT - (STEPS - 1 - step) * STEP_MS),
    );
    for (const { peak } of history.slice(40)) {
      for (const quantiles of [peak.cpu, peak.memory]) {
        const { p50, p90, p95, p99 } = quantiles!;
        expect([p50, p90, p95, p99]).to.deep.equal([p50, p90, p95, p99].toSorted((a, b) => a - b));
      }
    }
  });

  it('were made with what was known by then', () => {
    const calm = usage.series.cpuCores.map((cores, step) => (step < 150 ? cores : 0.001));
    const other = { ...usage, series: { ...usage.series, cpuCores: calm } };
    // By a forecaster of that name, since what came later may change which one is best.
    const named = { ...usage, forecaster: 'recent-peak' };
    const before = peakHistory(named, GRID, TOOLKIT).slice(0, 150);
    const after = peakHistory({ ...other, forecaster: 'recent-peak' }, GRID, TOOLKIT).slice(0, 150);
    expect(after).to.deep.equal(before);
  });

  it('are none of a forecaster that is not at hand', () => {
    const unknown = peakHistory({ ...usage, forecaster: 'arima' }, GRID, TOOLKIT);
    expect(unknown.every(({ peak }) => peak.cpu === null && peak.memory === null)).to.equal(true);
  });
});
