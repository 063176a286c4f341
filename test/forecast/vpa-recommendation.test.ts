import { expect } from 'chai';
import { CpuHistogram, MemoryPeaks } from '#forecast/usage-histograms.ts';
import { vpaRecommendation } from '#forecast/vpa-recommendation.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
const START_MS = Date.UTC(2026, 0, 1, 17, 35, 5);
const MIB = 2 ** 20;
const NO_MINIMUM = { cpuCores: 0, memoryBytes: 0 };

/** A container that uses the same for so many minutes, a sample a minute. */
function steady(minutes: number, cores: number, bytes: number): [CpuHistogram, MemoryPeaks] {
  const [cpu, memory] = [new CpuHistogram(), new MemoryPeaks()];
  for (let minute = 0; minute <= minutes; minute++) {
    cpu.add(cores, START_MS + minute * MINUTE_MS);
    memory.add(bytes, START_MS + minute * MINUTE_MS);
  }
  return [cpu, memory];
}

/** End of the bucket of a value: first × (1.05^n − 1) ÷ 0.05. */
const bucketEnd = (first: number, n: number): number => (first * (1.05 ** n - 1)) / 0.05;

describe('what the Vertical Pod Autoscaler remembers of CPU', () => {
  it('is every sample in order of time, and nothing else', () => {
    const cpu = new CpuHistogram();
    for (const [cores, atMs] of [
      [3.14, 0],
      [6.28, DAY_MS / 2],
      [1.57, DAY_MS],
      [1000, DAY_MS],
      [-1000, 2 * DAY_MS],
      [NaN, 2 * DAY_MS],
    ] as const) {
      cpu.add(cores, START_MS + atMs);
    }
    expect([cpu.samples, cpu.spanMs]).to.deep.equal([3, DAY_MS]);
    expect(cpu.percentile(1)).to.be.within(6.28, 6.28 * 1.05 + 0.01);
  });

  it('halves in a day', () => {
    const cpu = new CpuHistogram();
    for (let i = 0; i < 20; i++) cpu.add(1, START_MS + i);
    for (let i = 0; i < 10; i++) cpu.add(0.1, START_MS + DAY_MS + i);
    expect(cpu.percentile(0.49)).to.be.below(0.12);
    expect(cpu.percentile(0.51)).to.be.above(1);
  });
});

describe('what the Vertical Pod Autoscaler remembers of memory', () => {
  it('is one peak for each 24 h since the first sample', () => {
    const peaks = new MemoryPeaks();
    peaks.add(5e8, START_MS);
    expect(peaks.currentPeak).to.equal(5e8);
    peaks.add(10e8, START_MS + DAY_MS / 2);
    peaks.add(7e8, START_MS + DAY_MS / 2 + 1);
    expect(peaks.currentPeak).to.equal(10e8);
    peaks.add(2e8, START_MS + DAY_MS);
    expect(peaks.currentPeak).to.equal(2e8);
    // Weights by the ends of their days: 1 for 10e8, 2 for 2e8, none for 5e8.
    expect(peaks.percentile(0.66)).to.be.within(2e8, 2.2e8);
    expect(peaks.percentile(0.67)).to.be.within(10e8, 10.6e8);
  });

  it('keeps its days aligned to the first sample over gaps', () => {
    const peaks = new MemoryPeaks();
    peaks.add(2e8, START_MS);
    peaks.add(3e8, START_MS + 2.5 * DAY_MS);
    peaks.add(4e8, START_MS + 3 * DAY_MS - 1);
    expect(peaks.currentPeak).to.equal(4e8);
    peaks.add(1e8, START_MS + 3 * DAY_MS);
    expect(peaks.currentPeak).to.equal(1e8);
  });

  it('passes over samples out of order or below 0', () => {
    const peaks = new MemoryPeaks();
    peaks.add(2e8, START_MS);
    for (const bytes of [-1000, NaN]) peaks.add(bytes, START_MS + DAY_MS);
    peaks.add(9e8, START_MS - 1);
    expect(peaks.currentPeak).to.equal(2e8);
  });

  it('raises a kill by a fifth, or by 100 MiB where that is more', () => {
    for (const [requested, needed] of [
      [1000 * MIB, 1200 * MIB],
      [1 * MIB, 101 * MIB],
    ] as const) {
      const peaks = new MemoryPeaks();
      expect(peaks.addOom(requested, START_MS)).to.equal(true);
      expect(peaks.currentPeak).to.equal(needed);
      expect(peaks.percentile(0.5)).to.be.within(needed, needed * 1.05 + 1e7);
    }
  });

  it('does not run away over kills in a row', () => {
    const peaks = new MemoryPeaks();
    peaks.addOom(1000 * MIB, START_MS);
    for (let i = 0; i < 2; i++) peaks.addOom(999 * MIB, START_MS);
    expect(peaks.currentPeak).to.equal(1200 * MIB);
    peaks.addOom(2000 * MIB, START_MS);
    expect(peaks.currentPeak).to.equal(2400 * MIB);
    expect(peaks.percentile(0)).to.be.above(2400 * MIB);
  });

  it('raises a kill from the peak seen where that is above the request', () => {
    const peaks = new MemoryPeaks();
    peaks.add(3000 * MIB, START_MS);
    peaks.addOom(1000 * MIB, START_MS);
    expect(peaks.currentPeak).to.equal(3600 * MIB);
  });

  it('refuses a kill from before its 24 h', () => {
    const peaks = new MemoryPeaks();
    peaks.add(1000 * MIB, START_MS);
    expect(peaks.addOom(1000 * MIB, START_MS - 30 * 60 * MINUTE_MS)).to.equal(false);
    expect(peaks.currentPeak).to.equal(1000 * MIB);
  });
});

describe('what the Vertical Pod Autoscaler recommends', () => {
  it('is p90 and 15 % on top, for CPU and for the peaks of memory', () => {
    const { cpu, memory } = vpaRecommendation(...steady(8 * 24 * 60, 0.25, 4e8));
    // 0.25 cores lie in bucket 16 (from 0.2365 to 0.2584), 400 MB in bucket 22 (from 385 to 414.3 MB).
    expect(cpu?.target).to.be.closeTo(1.15 * bucketEnd(0.01, 17), 1e-9);
    expect(cpu?.target).to.be.closeTo(0.2972, 1e-4);
    expect(memory?.target).to.be.closeTo(1.15 * bucketEnd(1e7, 23), 1);
    expect(memory?.target).to.be.closeTo(476.5e6, 0.1e6);
  });

  it('has bounds that close as history grows, as its documentation tabulates', () => {
    const factorsAfter = (minutes: number): readonly number[] => {
      const { cpu } = vpaRecommendation(...steady(minutes, 1, 1e9), NO_MINIMUM);
      return [
        (cpu?.lowerBound ?? NaN) / (cpu?.target ?? NaN),
        (cpu?.upperBound ?? NaN) / (cpu?.target ?? NaN),
      ];
    };
    for (const [minutes, lower, upper] of [
      [5, 0.6, 289],
      [30, 0.9, 49],
      [60, 0.95, 25],
      [12 * 60, 1, 3],
      [24 * 60, 1, 2],
      [7 * 24 * 60, 1, 1.14],
    ] as const) {
      const [low, high] = factorsAfter(minutes);
      expect(low).to.be.closeTo(lower, 0.02);
      expect(high).to.be.closeTo(upper, upper * 0.01);
    }
  });

  it('counts history by samples where they are rarer than one a minute', () => {
    const [cpu, memory] = [new CpuHistogram(), new MemoryPeaks()];
    for (let hour = 0; hour <= 24; hour++) cpu.add(1, START_MS + hour * 60 * MINUTE_MS);
    const bounds = vpaRecommendation(cpu, memory, NO_MINIMUM).cpu;
    expect((bounds?.upperBound ?? NaN) / (bounds?.target ?? NaN)).to.be.closeTo(1 + (24 * 60) / 25, 1e-9);
  });

  it('takes the bounds from p50 and p95', () => {
    const [cpu, memory] = [new CpuHistogram(), new MemoryPeaks()];
    for (let i = 0; i < 100; i++) cpu.add(i < 60 ? 0.1 : i < 92 ? 0.5 : 2, START_MS + i);
    const bounds = vpaRecommendation(cpu, memory, NO_MINIMUM).cpu;
    expect(bounds?.lowerBound).to.be.below(0.13);
    expect(bounds?.target).to.be.within(0.575, 0.62);
    expect(bounds?.upperBound).to.be.above(2.3);
  });

  it('is at least 25 millicores and 250 MiB', () => {
    const { cpu, memory } = vpaRecommendation(...steady(60, 0.001, 3e7));
    expect([cpu?.lowerBound, cpu?.target]).to.deep.equal([0.025, 0.025]);
    expect([memory?.lowerBound, memory?.target]).to.deep.equal([250 * MIB, 250 * MIB]);
  });

  it('is the most it can express above a single sample, and nothing without any', () => {
    const single = vpaRecommendation(...steady(0, 1, 1e9), NO_MINIMUM);
    expect([single.cpu?.lowerBound, single.cpu?.upperBound]).to.deep.equal([0, 1e11]);
    expect(single.memory?.upperBound).to.equal(1e14);
    const none = vpaRecommendation(new CpuHistogram(), new MemoryPeaks());
    expect(none).to.deep.equal({ cpu: null, memory: null });
  });
});
