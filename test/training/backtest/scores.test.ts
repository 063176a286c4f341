import { expect } from 'chai';
import { byQuantile } from '#forecast/levels.ts';
import { scoresOf } from '../../../training/backtest/scores.ts';

const columns = (...values: readonly number[]) => byQuantile(() => Float64Array.from(values));

describe('the scores of quantile forecasts', () => {
  const peaks = Float64Array.of(2, 2, 2, 2, NaN);
  const scored = { peaks, origins: [0, 1, 2, 3, 4], horizonSteps: 2 };

  it('are pinball losses over those of persistence', () => {
    const scores = scoresOf(columns(1, 1, 1, 1, 1), columns(4, 4, 4, 4, 4), scored);
    // One too low costs q, two too high 2 (1 − q).
    expect(scores?.quantiles.p50).to.include({ pinball: 0.5, ratio: 0.5 });
    expect(scores?.quantiles.p90.ratio).to.be.closeTo(0.9 / 0.2, 1e-12);
    expect(scores?.ratio).to.be.closeTo((0.5 + 0.9 + 0.95 + 0.99) / (1 + 0.2 + 0.1 + 0.02), 1e-12);
  });

  it('count the peaks at or under a quantile, of those that are known', () => {
    const scores = scoresOf(columns(1, 2, 3, 1, 9), columns(4, 4, 4, 4, 4), scored);
    expect(scores?.origins).to.equal(4);
    expect(scores?.quantiles.p95.coverage).to.equal(0.5);
  });

  it('take as many independent peaks as horizons fit side by side', () => {
    const scores = scoresOf(columns(1, 1, 1, 1, 1), columns(4, 4, 4, 4, 4), scored);
    expect(scores?.quantiles.p90.standardError).to.be.closeTo(Math.sqrt((0.9 * 0.1) / (4 / 2)), 1e-12);
    const sparse = scoresOf(columns(1, 1, 1, 1, 1), columns(4, 4, 4, 4, 4), { ...scored, origins: [0, 3] });
    expect(sparse?.quantiles.p90.standardError).to.be.closeTo(Math.sqrt((0.9 * 0.1) / 2), 1e-12);
  });

  it('leave out where either forecast is missing, and say nothing without any origin', () => {
    expect(scoresOf(columns(NaN, 1, 1, 1, 1), columns(1, NaN, 1, 1, 1), scored)?.origins).to.equal(2);
    expect(scoresOf(columns(NaN, NaN, NaN, NaN, NaN), columns(1, 1, 1, 1, 1), scored)).to.equal(null);
  });

  it('are no ratio where persistence is never wrong and the forecast is', () => {
    expect(scoresOf(columns(1, 1, 1, 1, 1), columns(2, 2, 2, 2, 2), scored)?.ratio).to.equal(null);
    expect(scoresOf(columns(2, 2, 2, 2, 2), columns(2, 2, 2, 2, 2), scored)?.ratio).to.equal(1);
  });
});
