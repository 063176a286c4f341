import { expect } from 'chai';
import fc from 'fast-check';
import { forecastMessageSchema, functionForecastSchema } from '#core/messages/forecast.ts';
import { createLstm } from '#forecast/lstm/lstm-forecaster.ts';
import { forecastFunction, predictUsage, type Toolkit } from '#forecast/predict-usage.ts';
import { FORECASTERS } from '#forecast/selection.ts';
import { modelOf } from './lstm/models.ts';
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

/** Those without a model and a network with random weights. */
const lstm = createLstm(modelOf(5));
const toolkit: Toolkit = { forecasters: new Map([...FORECASTERS, ['lstm', lstm]]), model: 'lstm of a test' };

describe('a forecast with the network among the forecasters', () => {
  const LENGTH = 240;
  const gaps = new Array<null>(LENGTH).fill(null);
  const waves = Array.from({ length: LENGTH }, (_, i) => (i % 8 < 2 ? 0.4 : 0.1) + 0.001 * (i % 3));
  const calls = waves.map((value) => (value > 0.3 ? 3 : 0));

  it('carries all of its evidence', () => {
    const cpuCores = waves.map((value, i) => (i >= 40 && i < 44 ? null : value));
    const usage = usageOf({ cpuCores, callsStarted: calls, memoryBytes: sawtooth(LENGTH) });
    const { evidence } = forecastFunction(usage, grid, toolkit);
    expect(evidence).to.include({ samples: 236, gaps: 4, censored: 0, age: 0, model: 'lstm of a test' });
    for (const metric of ['cpu', 'memory'] as const) {
      expect(evidence.forecaster[metric]).not.to.equal('none');
      expect(evidence.nextForecaster[metric]).not.to.equal('none');
      expect(evidence.skill[metric]).to.be.within(0, 1);
      expect(evidence.nextSkill[metric]).to.be.within(0, 1);
      expect(evidence.coverage[metric]).to.be.within(0.7, 1);
    }
  });

  it('obeys its name for CPU, and keeps memory’s default', () => {
    const usage = usageOf({ cpuCores: waves, memoryBytes: sawtooth(LENGTH) }, { forecaster: 'lstm' });
    const { evidence } = forecastFunction(usage, grid, toolkit);
    expect(evidence.forecaster).to.deep.equal({ cpu: 'lstm', memory: 'recent-peak' });
    expect(forecastFunction(usage, grid).evidence.forecaster).to.deep.equal({ cpu: 'none', memory: 'none' });
  });

  it('repeats a constant, and zeros, by every forecaster that learns them', () => {
    for (const level of [0, 0.3]) {
      const cpuCores = steady(level, LENGTH);
      const usage = usageOf({ cpuCores, callsStarted: calls, memoryBytes: steady(6e6, LENGTH) });
      const { next, peak, evidence } = forecastFunction(usage, grid, toolkit);
      expect(next).to.deep.equal({ cpu: level, memory: 6e6 });
      expect(peak.cpu).to.deep.equal({ p50: level, p90: level, p95: level, p99: level });
      expect(evidence.skill).to.deep.equal({ cpu: 1, memory: 1 });
      expect(evidence.nextSkill).to.deep.equal({ cpu: 1, memory: 1 });
      expect(evidence.coverage).to.deep.equal({ cpu: 1, memory: 1 });
    }
  });

  it('does not call one as good as persistence that expects use where there is none', () => {
    const usage = usageOf({ cpuCores: steady(0, LENGTH) }, { forecaster: 'histogram' });
    expect(forecastFunction(usage, grid, toolkit).evidence.nextSkill.cpu).to.be.above(1);
  });

  it('says nothing of CPU from calls alone, and what there is to say of memory', () => {
    const usage = usageOf({ cpuCores: gaps, callsStarted: calls, memoryBytes: steady(6e6, LENGTH) });
    const { next, peak, evidence } = forecastFunction(usage, grid, toolkit);
    expect(next).to.deep.equal({ cpu: null, memory: 6e6 });
    expect(peak.cpu).to.equal(null);
    expect(peak.memory?.p99).to.equal(6e6);
    expect(evidence).to.include({ samples: 0, gaps: LENGTH, age: 0 });
    expect(evidence.forecaster).to.deep.equal({ cpu: 'none', memory: 'recent-peak' });
    expect(evidence.skill.cpu).to.equal(null);
  });

  it('does without calls, counted or not', () => {
    for (const callsStarted of [[], gaps, steady(0, LENGTH)]) {
      for (const forecaster of ['auto', 'lstm', 'nowcast']) {
        const { next, peak } = forecastFunction(
          usageOf({ cpuCores: waves, callsStarted }, { forecaster }),
          grid,
          toolkit,
        );
        expect(next.cpu, forecaster).to.be.within(0, 2);
        expect(peak.cpu?.p50, forecaster).to.be.within(0, 2);
      }
    }
  });

  it('takes the longest usage that a message holds', () => {
    const long = (values: readonly number[]): number[] =>
      Array.from({ length: 2880 }, (_, i) => values[i % 240]!);
    const series = { cpuCores: long(waves), callsStarted: long(calls), memoryBytes: long(sawtooth(240)) };
    const { evidence, peak } = forecastFunction(usageOf(series), grid, toolkit);
    expect(evidence).to.include({ samples: 2880, gaps: 0 });
    expect(peak.cpu?.p99).to.be.within(peak.cpu?.p50 ?? Infinity, 1);
    expect(evidence.coverage.cpu).to.be.within(0.9, 1);
  });

  it('has no number that is none in it, whatever the message', () => {
    const sample = fc.oneof(
      { weight: 4, arbitrary: fc.double({ min: 0, max: 8, noNaN: true }) },
      { weight: 3, arbitrary: fc.constantFrom(0, 0, 0.1, 5e-324, 1e-9, 1e12) },
      { weight: 2, arbitrary: fc.constant(null) },
    );
    const column = fc.array(sample, { maxLength: 130 });
    const count = fc.array(fc.oneof(fc.nat(20), fc.constant(null)), { maxLength: 130 });
    const named = fc.constantFrom('auto', 'auto', 'lstm', 'nowcast', 'histogram', 'recent-peak', 'oracle');
    const horizons = fc.constantFrom(1000, 75_000, 300_000, 86_400_000);
    const usages = fc.record({
      cpuCores: column,
      memoryBytes: column,
      cpuLimitCores: column,
      callsStarted: count,
    });
    fc.assert(
      fc.property(
        usages,
        named,
        horizons,
        fc.constantFrom(1000, 15_000, 60_000),
        (series, forecaster, horizonMs, stepMs) => {
          const usage = usageOf(series, { forecaster, oomKillsAtMs: [grid.at - 20 * stepMs] });
          const head = { version: 1 as const, installation: 'x', cycle: 7, shard: 0, shards: 1, at: grid.at };
          const answer = predictUsage({ ...head, stepMs, horizonMs, functions: [usage] }, toolkit);
          // JSON turns NaN and infinities into null, where the message may hold some: the schema sees them before.
          expect(forecastMessageSchema.parse(answer)).to.deep.equal(JSON.parse(JSON.stringify(answer)));
          const [{ peak } = { peak: null }] = answer.functions;
          for (const quantiles of [peak?.cpu, peak?.memory]) {
            const row = Object.values(quantiles ?? {});
            expect(row).to.deep.equal(row.toSorted((a, b) => a - b));
          }
        },
      ),
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
