import { expect } from 'chai';
import { prometheusRate } from '../../../training/generate/prometheus-rate.ts';

/** Samples every 15 s from 0 on. */
function everyQuarter(values: readonly number[]): [Float64Array, Float64Array] {
  return [Float64Array.from(values, (_, i) => 15_000 * i), Float64Array.from(values)];
}

const rateAt = (samples: [Float64Array, Float64Array], atMs: number, windowMs: number): number =>
  prometheusRate(...samples, Float64Array.of(atMs), windowMs)[0] ?? Infinity;

describe('rate() as Prometheus computes it', () => {
  const steady = everyQuarter([100, 103, 106, 109, 112, 115, 118, 121]);

  it('is the slope of a counter that grows evenly, whatever the phase of window and samples', () => {
    for (const atMs of [60_000, 64_000, 67_500, 74_999]) {
      expect(rateAt(steady, atMs, 60_000)).to.be.closeTo(0.2, 1e-12);
    }
  });

  it('extrapolates the increase between first and last sample to both ends of the window', () => {
    // (10, 70] holds the samples of 15, 30, 45 and 60 s: 9 in 45 s, and 5 s before and 10 s after them.
    const samples = everyQuarter([50, 51, 53, 57, 60, 70]);
    expect(rateAt(samples, 70_000, 60_000)).to.be.closeTo((9 * (60 / 45)) / 60, 1e-12);
  });

  it('leaves out a sample on the very beginning of the window', () => {
    // (0, 60]: the first sample is that of 15 s, 15 s from the beginning.
    const samples = everyQuarter([0, 51, 53, 57, 60]);
    expect(rateAt(samples, 60_000, 60_000)).to.be.closeTo((9 * (60 / 45)) / 60, 1e-12);
  });

  it('extrapolates by half a distance only where samples are missing', () => {
    // (−20, 100] with samples until 60 s: 20 s before the first and 40 s after the last are more than 1.1 × 15 s.
    const samples = everyQuarter([50, 51, 53, 57, 60]);
    expect(rateAt(samples, 100_000, 120_000)).to.be.closeTo((10 * (75 / 60)) / 120, 1e-12);
  });

  it("does not extrapolate to before the counter's zero", () => {
    // 1 → 31 in 30 s reached 0 one second before its first sample, not 10 s.
    const samples: [Float64Array, Float64Array] = [
      Float64Array.of(10_000, 25_000, 40_000),
      Float64Array.of(1, 16, 31),
    ];
    expect(rateAt(samples, 40_000, 40_000)).to.be.closeTo((30 * (31 / 30)) / 40, 1e-12);
  });

  it('adds what a counter had before it began again', () => {
    // 100 → 105, again from 0 → 2 → 4: 9 in 45 s.
    const samples = everyQuarter([95, 100, 105, 2, 4]);
    expect(rateAt(samples, 60_000, 60_000)).to.be.closeTo((9 * (60 / 45)) / 60, 1e-12);
  });

  it('has no value with fewer than two samples in the window', () => {
    expect(rateAt(steady, 14_000, 60_000)).to.be.NaN;
    expect(rateAt(steady, 400_000, 60_000)).to.be.NaN;
    expect(rateAt(steady, 60_000, 14_000)).to.be.NaN;
  });
});
