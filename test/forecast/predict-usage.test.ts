import { expect } from 'chai';
import fc from 'fast-check';
import { functionForecastSchema } from '#core/messages/forecast.ts';
import { forecastFunction, predictUsage } from '#forecast/predict-usage.ts';
import { usageOf } from './windows.ts';

const grid = { at: 1_700_000_000_000, stepMs: 15_000, horizonMs: 75_000 };
const steady = (value: number, length: number): number[] => new Array<number>(length).fill(value);
/** A sawtooth: persistence is late at every fall and every rise. */
const sawtooth = (length: number): number[] =>
  Array.from({ length }, (_, i) => 3e7 + (i % 40 < 2 ? 1e7 : 0) + (i % 3));

describe('a forecast of a function', () => {
  it('says nothing without samples', () => {
    for (const series of [{}, { cpuCores: [null, null], memoryBytes: [null, null] }]) {
      const { next, peak, evidence } = forecastFunction(usageOf(series), grid);
      expect(next).to.deep.equal({ cpu: null, memory: null });
      expect(peak).to.deep.equal({ horizon: 75_000, cpu: null, memory: null });
      expect(evidence).to.include({ samples: 0, age: null });
      expect(evidence.forecaster).to.deep.equal({ cpu: 'none', memory: 'none' });
    }
  });

  it('repeats one sample, and two, by persistence', () => {
    for (const length of [1, 2]) {
      const usage = usageOf({ cpuCores: steady(0.2, length), memoryBytes: steady(5e6, length) });
      const { next, peak, evidence } = forecastFunction(usage, grid);
      expect(next).to.deep.equal({ cpu: 0.2, memory: 5e6 });
      expect(peak.cpu).to.deep.equal({ p50: 0.2, p90: 0.2, p95: 0.2, p99: 0.2 });
      expect(evidence.forecaster).to.deep.equal({ cpu: 'persistence', memory: 'persistence' });
      expect(evidence.skill).to.deep.equal({ cpu: null, memory: null });
    }
  });

  it('forecasts the peak of CPU as 60 s means, and the next step as it is sampled', () => {
    const cpuCores = Array.from({ length: 200 }, (_, i) => (i % 4 === 3 ? 0.4 : 0));
    const { next, peak } = forecastFunction(usageOf({ cpuCores }, { forecaster: 'persistence' }), grid);
    expect(next.cpu).to.equal(0.4);
    expect(peak.cpu?.p95).to.be.closeTo(0.1, 1e-12);
  });

  it('waits for a minute to go by before it takes the first seconds of a start for use', () => {
    const started = [...new Array<null>(239).fill(null), 0.3];
    expect(forecastFunction(usageOf({ cpuCores: started }), grid).peak.cpu).to.equal(null);
    const sparse = [
      ...new Array<null>(230).fill(null),
      0.3,
      null,
      null,
      null,
      null,
      null,
      null,
      null,
      null,
      0.3,
    ];
    expect(forecastFunction(usageOf({ cpuCores: sparse }), grid).peak.cpu).to.include({ p50: 0.3, p99: 0.3 });
  });

  it('calls a constant past exactly as good as persistence, and covered', () => {
    const usage = usageOf({ cpuCores: steady(0.3, 240), memoryBytes: steady(6e6, 240) });
    const { evidence, peak } = forecastFunction(usage, grid);
    expect(peak.memory?.p99).to.equal(6e6);
    expect(evidence.skill).to.deep.equal({ cpu: 1, memory: 1 });
    expect(evidence.coverage).to.deep.equal({ cpu: 1, memory: 1 });
    expect(evidence.forecaster).to.deep.equal({ cpu: 'persistence', memory: 'recent-peak' });
  });

  it('keeps recent-peak for memory until its past can be scored', () => {
    const { evidence } = forecastFunction(usageOf({ memoryBytes: sawtooth(40) }), grid);
    expect(evidence.forecaster.memory).to.equal('recent-peak');
    expect(evidence.skill.memory).to.equal(null);
  });

  it('takes a forecaster only if it is no worse than persistence on the past', () => {
    const trend = Array.from({ length: 240 }, (_, i) => 1e9 - 4e6 * i);
    const { evidence } = forecastFunction(usageOf({ memoryBytes: trend }), grid);
    expect(evidence.forecaster.memory).to.equal('persistence');
    expect(evidence.skill.memory).to.equal(1);
  });

  it('obeys a name, and says what that cost', () => {
    const trend = Array.from({ length: 240 }, (_, i) => 1e9 - 4e6 * i);
    const usage = usageOf({ memoryBytes: trend }, { forecaster: 'recent-peak' });
    const { evidence } = forecastFunction(usage, grid);
    expect(evidence.forecaster.memory).to.equal('recent-peak');
    expect(evidence.skill.memory).to.be.above(1);
  });

  it('says nothing by a forecaster that does not exist', () => {
    const usage = usageOf({ cpuCores: steady(0.3, 50) }, { forecaster: 'oracle' });
    const { peak, evidence } = forecastFunction(usage, grid);
    expect(peak.cpu).to.equal(null);
    expect(evidence.forecaster.cpu).to.equal('none');
    expect(evidence.samples).to.equal(50);
  });

  it('counts samples, gaps, what is at the limit, and the age of the stalest metric', () => {
    const usage = usageOf({
      cpuCores: [...steady(0.1, 50), ...steady(0.3, 50), null, null],
      cpuLimitCores: [...steady(0.3, 102)],
      memoryBytes: steady(5e6, 102),
    });
    const { evidence } = forecastFunction(usage, grid);
    // The first three means after the step still hold samples from before it.
    expect(evidence).to.include({ samples: 100, gaps: 2, censored: 47, age: 30_000 });
  });

  it('learns nothing from memory at an OOM kill', () => {
    const memoryBytes = [...steady(5e6, 100), 9e6, ...steady(5e6, 100)];
    const killedAt = grid.at - 100 * grid.stepMs - 1000;
    const named = { forecaster: 'persistence' };
    const learned = forecastFunction(usageOf({ memoryBytes }, named), grid);
    const left = forecastFunction(usageOf({ memoryBytes }, { ...named, oomKillsAtMs: [killedAt] }), grid);
    expect(learned.peak.memory?.p99).to.equal(9e6);
    expect(left.peak.memory?.p99).to.equal(5e6);
  });

  it('fits the message schema whatever the series', () => {
    const column = fc.array(fc.option(fc.double({ min: 0, max: 1e12, noNaN: true })), { maxLength: 150 });
    fc.assert(
      fc.property(column, column, column, (cpuCores, memoryBytes, cpuLimitCores) => {
        functionForecastSchema.parse(
          forecastFunction(usageOf({ cpuCores, memoryBytes, cpuLimitCores }), grid),
        );
      }),
    );
  });
});

describe('the answer to a usage message', () => {
  it('has its cycle, shard, order and signals', () => {
    const first = usageOf({ cpuCores: [0.1] });
    const message = { version: 1 as const, installation: 'x', cycle: 7, shard: 1, shards: 3, ...grid };
    const answer = predictUsage({ ...message, functions: [first, { ...first, name: 'other' }] });
    expect(answer).to.include({ version: 1, installation: 'x', cycle: 7, shard: 1, shards: 3, at: grid.at });
    expect(answer.functions.map(({ name }) => name)).to.deep.equal(['qrcode', 'other']);
    expect(answer.functions[0]?.signals).to.deep.equal(first.signals);
  });
});
