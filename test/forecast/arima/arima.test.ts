import { spawnSync } from 'node:child_process';
import { expect } from 'chai';
import fc from 'fast-check';
import { arima } from '#forecast/arima/arima.ts';
import { fitModel, randomWalk } from '#forecast/arima/linear-model.ts';
import { loadArima } from '#forecast/arima/load-arima.ts';
import { searchOrder } from '#forecast/arima/order-search.ts';
import { PeakSimulation } from '#forecast/arima/peak-simulation.ts';
import { calibratedPath } from '#forecast/calibrated-path.ts';
import type { ForecastPath, MetricWindow } from '#forecast/forecaster.ts';
import { LEVELS } from '#forecast/levels.ts';
import { pastPeaks } from '#forecast/past-peaks.ts';
import { windowOf } from '../windows.ts';
import { autoregression, normal } from './processes.ts';

function columnsOf({ next, peak }: ForecastPath): readonly Float64Array[] {
  return [next, ...LEVELS.map(([name]) => peak[name])];
}

function meanAbsoluteError(next: Float64Array, values: Float64Array, from: number): number {
  const errors = values.slice(from + 1).map((value, i) => Math.abs(value - (next[from + i] ?? NaN)));
  return errors.reduce((sum, error) => sum + error, 0) / errors.length;
}

const SAMPLES = fc.array(
  fc.oneof(
    { weight: 8, arbitrary: fc.double({ min: 0, max: 4, noNaN: true }) },
    { weight: 1, arbitrary: fc.constant(NaN) },
  ),
  { minLength: 25, maxLength: 70, size: 'max' },
);
/** A run takes 50 ms: a failure is told as it was found, since looking for a smaller one would take minutes. */
const FEW = { numRuns: 8, endOnFailure: true };

describe('the forecaster arima', () => {
  it('comes within a tenth of the least error on an autoregression, where persistence is a fifth above', () => {
    const values = autoregression(240, { coefficient: 0.3, mean: 50, seed: 3 });
    const least = Math.sqrt(2 / Math.PI);
    const { next } = arima.forecast(windowOf([...values]));
    expect(meanAbsoluteError(next, values, 60)).to.be.below(1.1 * least);
    expect(meanAbsoluteError(values, values, 60)).to.be.above(1.15 * least);
  });

  it('holds its p90 about nine times in ten without calibration', () => {
    const window = windowOf([...autoregression(480, { coefficient: 0.8, mean: 50, seed: 5 })]);
    const { peak } = arima.forecast(window);
    const origins = [...pastPeaks(window).entries()].filter(
      ([i, actual]) => i >= 60 && !Number.isNaN(actual),
    );
    const held = origins.filter(([i, actual]) => actual <= (peak.p90[i] ?? NaN)).length;
    expect(held / origins.length).to.be.within(0.82, 0.97);
  });

  it('forecasts bytes as it forecasts cores', () => {
    const values = [...autoregression(60, { coefficient: 0.6, mean: 10, seed: 8 })];
    const cores = columnsOf(arima.forecast(windowOf(values)));
    const bytes = columnsOf(arima.forecast(windowOf(values.map((value) => value * 1e8))));
    for (const [k, column] of cores.entries()) {
      const last = column.at(-1) ?? NaN;
      expect(bytes[k]?.at(-1)).to.be.closeTo(last * 1e8, last * 1e8 * 1e-6);
    }
  });

  it('forecasts the next value from the samples and the peak from what is sized', () => {
    const values = Float64Array.from(autoregression(60, { coefficient: 0.5, mean: 10, seed: 2 }));
    const control = values.map((value) => value + 100);
    const { next, peak } = arima.forecast(windowOf([...values], { control }));
    expect(next.at(-1)).to.be.within(5, 15);
    expect(peak.p50.at(-1)).to.be.within(105, 115);
  });

  it('knows nothing of what comes later', () => {
    fc.assert(
      fc.property(SAMPLES, SAMPLES, (values, later) => {
        const before = columnsOf(arima.forecast(windowOf(values)));
        const after = columnsOf(arima.forecast(windowOf([...values, ...later])));
        for (const [k, column] of before.entries()) {
          expect([...(after[k] ?? [])].slice(0, values.length)).to.deep.equal([...column]);
        }
      }),
      FEW,
    );
  });

  it('forecasts from the first sample on, in order and never negative once calibrated', () => {
    const bytes = { metric: 'memory' } satisfies Partial<MetricWindow>;
    fc.assert(
      fc.property(SAMPLES, (values) => {
        const window = windowOf(values, bytes);
        const columns = columnsOf(calibratedPath(arima, window, pastPeaks(window)));
        const first = values.findIndex((value) => !Number.isNaN(value));
        for (const column of columns) {
          expect([...column].map(Number.isFinite)).to.deep.equal(
            values.map((_, i) => first >= 0 && i >= first),
          );
        }
        for (let i = Math.max(first, 0); first >= 0 && i < values.length; i++) {
          const row = columns.slice(1).map((column) => column[i] ?? NaN);
          expect(row).to.deep.equal(row.toSorted((a, b) => a - b));
          expect(Math.min(...row, columns[0]?.[i] ?? NaN)).to.be.at.least(0);
        }
      }),
      FEW,
    );
  });

  it('says the same after gaps, and closes gaps between samples up', () => {
    const values = [...autoregression(64, { coefficient: 0.5, mean: 10, seed: 4 })];
    const whole = columnsOf(arima.forecast(windowOf(values)));
    const gaps = new Array<number>(7).fill(NaN);
    const gapped = columnsOf(
      arima.forecast(windowOf([...values.slice(0, 40), ...gaps, ...values.slice(40), ...gaps])),
    );
    for (const [k, column] of whole.entries()) expect(gapped[k]?.at(-1)).to.equal(column.at(-1));
  });

  it('repeats the last value below 30 samples, and a constant exactly', () => {
    const short = Array.from({ length: 29 }, (_, i) => i % 7);
    for (const values of [short, new Array<number>(100).fill(0.3), new Array<number>(100).fill(0), [5]]) {
      for (const column of columnsOf(arima.forecast(windowOf(values)))) {
        expect(column.at(-1)).to.equal(values.at(-1));
      }
    }
  });

  it('leaves the console as it was to whoever imports it', () => {
    const path = new URL('../../../src/forecast/arima/arima.ts', import.meta.url).href;
    const script = `import ${JSON.stringify(path)};\nconsole.log('heard');`;
    const args = ['--import', 'tsx', '--input-type=module', '--eval', script];
    expect(spawnSync(process.execPath, args, { encoding: 'utf8' }).stdout).to.equal('heard\n');
  });

  it('stays finite through a step, a ramp, a spike and two values in turn', () => {
    const shapes: ((i: number) => number)[] = [
      (i) => (i < 50 ? 1 : 1e6),
      (i) => i,
      (i) => (i === 55 ? 1e9 : 1e-9),
      (i) => i % 2,
      (i) => 1e12 + (i % 2),
    ];
    for (const shape of shapes) {
      const values = Array.from({ length: 70 }, (_, i) => shape(i));
      for (const column of columnsOf(arima.forecast(windowOf(values)))) {
        expect(column.every(Number.isFinite)).to.equal(true);
      }
    }
  });

  it('is nothing where there are no samples', () => {
    for (const column of columnsOf(arima.forecast(windowOf([NaN, NaN])))) {
      expect([...column]).to.deep.equal([NaN, NaN]);
    }
    expect(arima.forecast(windowOf([])).next).to.have.length(0);
  });

  it('loads its package when it is asked for, not before, and writes nothing', async () => {
    const load = new URL('../../../src/forecast/arima/load-arima.ts', import.meta.url).href;
    const script = `
      const { loadArima } = await import(${JSON.stringify(load)});
      const { default: { _cache } } = await import('node:module');
      const loaded = () => Object.keys(_cache).some((path) => /node_modules.arima.index/.test(path));
      const before = loaded();
      const { forecast } = await loadArima();
      const values = Float64Array.from({ length: 70 }, (_, i) => i % 2);
      forecast({ values, control: values, horizonSteps: 5 });
      console.log(before, loaded());`;
    const args = ['--import', 'tsx', '--input-type=module', '--eval', script];
    const { stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
    expect([stdout, stderr]).to.deep.equal(['false true\n', '']);
    expect(await loadArima()).to.equal(arima);
  });
});

describe('a linear model', () => {
  it('of order (0, 1, 1) filters new samples as exponential smoothing does', () => {
    const walk = autoregression(120, { coefficient: 0.9, mean: 10, seed: 6 });
    const later = autoregression(120, { coefficient: 0.9, mean: 30, seed: 7 });
    const model = fitModel(walk, { p: 0, d: 1, q: 1 }, 3);
    const weight = model?.response[1] ?? NaN;
    expect(weight).to.be.within(0.3, 1.5);
    let level = later[0] ?? NaN;
    for (const value of later.slice(1)) level += weight * (value - level);
    for (const mean of model?.means(later) ?? []) expect(mean).to.be.closeTo(level, 1e-4);
    model?.destroy();
  });

  it('of order (1, 0, 0) responds to a shock by powers of its coefficient, and returns to the mean', () => {
    const model = fitModel(
      autoregression(240, { coefficient: 0.8, mean: 50, seed: 9 }),
      { p: 1, d: 0, q: 0 },
      4,
    );
    const [, first = NaN, second, third] = model?.response ?? [];
    expect(first).to.be.within(0.65, 0.9);
    expect(second).to.be.closeTo(first ** 2, 1e-6);
    expect(third).to.be.closeTo(first ** 3, 1e-6);
    expect(model?.deviation).to.be.within(0.85, 1.15);
    model?.destroy();
  });

  it('is refused for a constant', () => {
    expect(fitModel(new Float64Array(60).fill(7), { p: 1, d: 0, q: 0 }, 1)).to.equal(null);
  });
});

describe('the search for an order', () => {
  it('keeps to the random walk where that is what there is', () => {
    let value = 100;
    const walk = Float64Array.from(autoregression(240, { coefficient: 0, mean: 0, seed: 12 }), (noise) => {
      value += noise;
      return value;
    });
    const model = searchOrder(walk, 5);
    expect(model.deviation).to.be.closeTo(randomWalk(walk, 5).deviation, 0.05);
    for (const response of model.response) expect(response).to.be.within(0.7, 1.2);
    model.destroy();
  });

  it('finds that noise returns to its mean', () => {
    const model = searchOrder(autoregression(240, { coefficient: 0, mean: 20, seed: 13 }), 2);
    expect(Math.abs(model.response[1] ?? NaN)).to.be.below(0.25);
    model.destroy();
  });
});

describe('simulated peaks', () => {
  it('have the quantiles of the maximum of independent steps', () => {
    const steps = 4;
    const simulation = new PeakSimulation(steps);
    const model = {
      ...randomWalk(new Float64Array(2), steps),
      deviation: 1,
      response: Float64Array.of(1, 0, 0, 0),
    };
    const [p50 = NaN, , p95 = NaN] = simulation.quantiles(
      new Float64Array(steps),
      simulation.deviations(model),
    );
    // Φ⁻¹(0.5^¼) and Φ⁻¹(0.95^¼).
    expect(p50).to.be.closeTo(0.998, 0.15);
    expect(p95).to.be.closeTo(2.234, 0.3);
  });

  it('of one step are those of the normal distribution', () => {
    const simulation = new PeakSimulation(1);
    const model = { ...randomWalk(new Float64Array(2), 1), deviation: 2 };
    const [p50 = NaN, p90 = NaN] = simulation.quantiles(Float64Array.of(10), simulation.deviations(model));
    expect(p50).to.be.closeTo(10, 0.3);
    expect(p90).to.be.closeTo(10 + 2 * 1.2816, 0.4);
  });

  it('are bounded in cost at any horizon', () => {
    const { peak } = arima.forecast(
      windowOf([...autoregression(40, { coefficient: 0.5, mean: 9, seed: 1 })], {
        horizonSteps: 100_000,
      }),
    );
    expect(peak.p99.at(-1)).to.be.within(9, 30);
  });
});

describe('the noise of these tests', () => {
  it('is standard normal', () => {
    const draw = normal(1);
    const draws = Array.from({ length: 2000 }, draw);
    expect(draws.reduce((sum, value) => sum + value, 0) / 2000).to.be.closeTo(0, 0.1);
    expect(draws.reduce((sum, value) => sum + value ** 2, 0) / 2000).to.be.closeTo(1, 0.1);
  });
});
