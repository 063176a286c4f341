import { expect } from 'chai';
import fc from 'fast-check';
import { forecastFunction } from '#forecast/predict-usage.ts';
import { usageOf } from './windows.ts';

const grid = { at: 1_700_000_000_000, stepMs: 15_000, horizonMs: 75_000 };
const MI = 2 ** 20;
const steady = (value: number, length = 240): number[] => new Array<number>(length).fill(value);

const replayOf = (series: Parameters<typeof usageOf>[0]) =>
  forecastFunction(usageOf(series), grid).evidence.replay;

describe('the evidence of a replay', () => {
  it('is none before there are twenty forecasts to judge', () => {
    expect(replayOf({})).to.equal(null);
    expect(replayOf({ cpuCores: steady(0.1, 40), memoryBytes: steady(MI, 40) })).to.equal(null);
  });

  it('finds no sample of steady use short', () => {
    const replay = replayOf({ cpuCores: steady(0.1), memoryBytes: steady(50 * MI) });
    expect(replay).to.include({ shortCpu: 0, shortMemory: 0 });
    expect(replay?.samples).to.be.within(200, 220);
    expect(replay?.spanMs).to.be.within(200 * grid.stepMs, 225 * grid.stepMs);
  });

  it('counts a jump short until the next sizing is in force', () => {
    for (let at = 100; at < 104; at++) {
      const memoryBytes = steady(50 * MI).map((value, i) => (i < at ? value : 3 * value));
      expect(replayOf({ memoryBytes })?.shortMemory).to.be.within(2, 5);
    }
  });

  it('counts use that keeps outgrowing its record short again and again', () => {
    const memoryBytes = steady(50 * MI).map((value, i) => value * 1.35 ** Math.floor(i / 20));
    expect(replayOf({ memoryBytes })?.shortMemory).to.be.above(15);
  });

  it('counts censored samples as short, whatever was requested', () => {
    const cpuCores = steady(0.1).map((value, i) => (i >= 150 && i < 170 ? 0.3 : value));
    const cpuLimitCores = steady(0.3);
    const limited = replayOf({ cpuCores, cpuLimitCores });
    expect(limited?.shortCpu).to.be.above((replayOf({ cpuCores })?.shortCpu ?? 0) + 10);
  });

  it('does not sink below what was used before in the window', () => {
    const cpuCores = steady(0.02).map((value, i) => (i % 60 < 8 ? 0.2 : value));
    expect(replayOf({ cpuCores })?.shortCpu).to.equal(0);
  });

  it('counts no more short than it judges, whatever the use', () => {
    const sample = fc.option(fc.double({ min: 0, max: 4, noNaN: true }), { nil: null });
    fc.assert(
      fc.property(fc.array(sample, { minLength: 60, maxLength: 240 }), (cpuCores) => {
        const replay = replayOf({ cpuCores, memoryBytes: cpuCores });
        if (replay === null) return;
        expect(replay.samples).to.be.within(1, cpuCores.length);
        expect(replay.shortCpu).to.be.within(0, replay.samples);
        expect(replay.shortMemory).to.be.within(0, replay.samples);
      }),
      { numRuns: 40 },
    );
  });
});
