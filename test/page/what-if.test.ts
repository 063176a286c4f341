import { expect } from 'chai';
import { functionDetail } from '#page/function-detail.ts';
import { latencyWhatIf } from '#page/latency-what-if.ts';
import { outcomesOfWindow, quantileAt, replayWhatIf, type WhatIf } from '#page/what-if.ts';
import { madeUpFunction, observedOf, STEPS } from './made-up-page.ts';

const detail = functionDetail(madeUpFunction('qrcode'), observedOf([]));
const USUAL: WhatIf = {
  quantile: { cpu: 0.9, memory: 0.95 },
  margin: 1.1,
  cooldownMs: 60_000,
  evidenceMs: 600_000,
};

const replay = (change: Partial<WhatIf>) => {
  const result = replayWhatIf(detail, { ...USUAL, ...change });
  if (result === null) throw new Error('there was nothing to replay');
  return result;
};

const sum = (column: readonly (number | null)[]): number =>
  column.reduce<number>((total, value) => total + (value ?? 0), 0);

describe('a window replayed with other settings', () => {
  it('reserves more for a higher quantile, and for a larger margin', () => {
    const evidenceMs = 60_000;
    const [usual, higher] = [0.9, 0.99].map((cpu) => replay({ evidenceMs, quantile: { cpu, memory: 0.95 } }));
    expect(sum(higher?.requests.cpu ?? [])).to.be.above(sum(usual?.requests.cpu ?? []));
    expect(higher?.requests.memory).to.deep.equal(usual?.requests.memory);
    for (const evidence of [60_000, 7_200_000]) {
      const [small, large] = [1, 2].map((margin) => replay({ evidenceMs: evidence, margin }));
      expect(sum(large?.requests.cpu ?? [])).to.be.above(sum(small?.requests.cpu ?? []));
    }
  });

  it('shrinks later after a longer cooldown, and not at all on evidence that the window does not hold', () => {
    expect(replay({ cooldownMs: 7_200_000 }).resizes).to.be.at.most(replay({ cooldownMs: 0 }).resizes);
    const { requests } = replay({ evidenceMs: 7_200_000 });
    expect(
      requests.memory.every((value, step) => step === 0 || (value ?? 0) >= (requests.memory[step - 1] ?? 0)),
    ).to.equal(true);
  });

  it('is judged by the measure that the window itself is judged by', () => {
    const { outcome, requests } = replay({});
    expect(requests.cpu).to.have.length(STEPS);
    expect(outcome.memory.overUse).to.be.below(outcomesOfWindow(detail).memory.overUse ?? 0);
    expect(outcomesOfWindow(detail).cpu.short).to.be.within(0, 1);
  });

  it('takes annotations that are wrong as not given', () => {
    const wrong = madeUpFunction('wrong', { annotations: { 'foresize/mode': 'aply' } });
    expect(replayWhatIf(functionDetail(wrong, observedOf([])), USUAL)).not.to.equal(null);
  });

  it('is nothing where no forecast is known', () => {
    const none = { ...detail.forecast.cpu, p50: detail.times.map(() => null) };
    const blind = { ...detail, forecast: { ...detail.forecast, cpu: none, memory: none } };
    expect(replayWhatIf(blind, USUAL)).to.equal(null);
  });

  it('reads quantiles between those of the forecast', () => {
    const quantiles = { p50: 1, p90: 5, p95: 6, p99: 10 };
    expect(
      [0.5, 0.7, 0.9, 0.925, 0.97, 0.99, 1].map((share) => Number(quantileAt(quantiles, share).toFixed(9))),
    ).to.deep.equal([1, 3, 5, 5.5, 8, 10, 10]);
  });
});

describe('a window replayed with a latency budget', () => {
  it('asks for a larger limit where the calls were slower than that and throttled, and nowhere else', () => {
    const limits = latencyWhatIf(detail, 0.1, 600_000);
    expect(limits[30]).to.be.above(0.1);
    expect(limits[200]).to.be.at.most(1.066);
  });

  it('asks for no larger one where the budget was kept', () => {
    expect(
      latencyWhatIf(detail, 5, 600_000)
        .slice(0, 60)
        .every((limit) => (limit ?? 1) <= 0.1),
    ).to.equal(true);
  });

  it('says nothing where no limit is known', () => {
    const unlimited = { ...detail, cpu: { ...detail.cpu, limit: detail.times.map(() => null) } };
    expect(latencyWhatIf(unlimited, 0.1, 600_000).every((limit) => limit === null)).to.equal(true);
  });
});
