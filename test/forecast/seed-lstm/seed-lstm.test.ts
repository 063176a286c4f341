import { expect } from 'chai';
import { createSeedLstm, type SeedLstmModel } from '#forecast/seed-lstm/seed-lstm.ts';
import { windowOf } from '../windows.ts';

/** Forecasts the oldest lag of each variable: shows which values it was given. */
const oldestLag: SeedLstmModel = {
  scalers: { memory: { mean: 1000, deviation: 100 }, cpu: { mean: 0.01, deviation: 0.002 } },
  predict: (inputs, rows) =>
    Float32Array.from({ length: 2 * rows }, (_, i) => inputs[6 * Math.floor(i / 2) + (i % 2)] ?? NaN),
};
const cpu = [0.01, 0.011, 0.012, 0.013, 0.014, 0.015];
const memory = Float64Array.of(1000, 1100, 1200, 1300, 1400, 1500);

function expectNear(actual: Float64Array, expected: readonly number[]): void {
  expect(actual.length).to.equal(expected.length);
  for (const [i, value] of expected.entries())
    expect(actual[i], String(i)).to.be.closeTo(value, 1e-4 * value);
}

describe("the study's network as a forecaster", () => {
  it('forecasts CPU from the last three samples of both metrics, in cores', () => {
    const { next } = createSeedLstm(oldestLag).forecast(windowOf(cpu, { other: memory }));
    expectNear(next, [0.01, 0.011, 0.01, 0.011, 0.012, 0.013]);
  });

  it('forecasts memory alike, in bytes', () => {
    const window = windowOf([...memory], { metric: 'memory', other: Float64Array.from(cpu) });
    expectNear(createSeedLstm(oldestLag).forecast(window).next, [1000, 1100, 1000, 1100, 1200, 1300]);
  });

  it('asks the network once for the whole window', () => {
    const asked: number[] = [];
    const predict: SeedLstmModel['predict'] = (inputs, rows) => {
      asked.push(rows);
      return oldestLag.predict(inputs, rows);
    };
    createSeedLstm({ ...oldestLag, predict }).forecast(windowOf(cpu, { other: memory }));
    expect(asked).to.deep.equal([4]);
  });

  it('repeats the last value where the other metric is unknown, a sample is missing or the network fails', () => {
    const forecaster = createSeedLstm(oldestLag);
    expectNear(forecaster.forecast(windowOf(cpu)).next, cpu);
    const gap = forecaster.forecast(windowOf([0.01, NaN, 0.012], { other: memory.slice(0, 3) })).next;
    expectNear(gap, [0.01, 0.01, 0.01]);
    const failing = createSeedLstm({
      ...oldestLag,
      predict: (_, rows) => new Float32Array(2 * rows).fill(NaN),
    });
    expectNear(failing.forecast(windowOf(cpu, { other: memory })).next, cpu);
    expect(forecaster.forecast(windowOf([])).next).to.be.empty;
  });

  it('knows nothing of what comes after a row', () => {
    const forecaster = createSeedLstm(oldestLag);
    const whole = forecaster.forecast(windowOf(cpu, { other: memory }));
    const short = forecaster.forecast(windowOf(cpu.slice(0, 4), { other: memory.slice(0, 4) }));
    expect([...whole.next.slice(0, 4)]).to.deep.equal([...short.next]);
    expect([...whole.peak.p95.slice(0, 4)]).to.deep.equal([...short.peak.p95]);
  });

  it('lays peaks above its next value as past peaks lay above theirs', () => {
    const values = Array.from({ length: 60 }, (_, i) => 0.01 + 0.004 * (i % 2));
    const window = windowOf(values, { other: new Float64Array(60).fill(1000), horizonSteps: 2 });
    const { next, peak } = createSeedLstm(oldestLag).forecast(window);
    // Every second forecast is 4 millicores too low for the peak, the others are right.
    expect(peak.p99.at(-1)! - next.at(-1)!).to.be.closeTo(0.004, 1e-6);
  });
});
