import { expect } from 'chai';
import { sizedSeries } from '#core/replay/sized-series.ts';
import { historyOf } from './histories.ts';

describe('what is sized of a history', () => {
  it('is 60 s means of increments', () => {
    const history = historyOf([0, 0, 0, 4, 0, 0, 0], undefined, { cpuMeanMs: 15_000 });
    expect([...sizedSeries(history, 'cpu').use]).to.deep.equal([NaN, 0, 0, 1, 1, 1, 1]);
  });

  it('is the values themselves where they are means of a minute or more', () => {
    expect([...sizedSeries(historyOf([0, 4, 0]), 'cpu').use]).to.deep.equal([0, 4, 0]);
  });

  it('is each sample where samples are too far apart for means', () => {
    const history = historyOf([1, NaN, NaN, NaN, NaN, 2], undefined, { cpuMeanMs: 15_000 });
    expect([...sizedSeries(history, 'cpu').use]).to.deep.equal([1, NaN, NaN, NaN, NaN, 2]);
  });

  it('takes what is no amount of anything for a gap', () => {
    expect([...sizedSeries(historyOf([1, -1, Infinity, NaN]), 'cpu').use]).to.deep.equal([1, NaN, NaN, NaN]);
  });

  it('is censored where CPU is at its limit', () => {
    const cpuLimitCores = Float64Array.from([1, 1, NaN]);
    const { censored } = sizedSeries(historyOf([0.89, 0.9, 5], undefined, { cpuLimitCores }), 'cpu');
    expect([...censored]).to.deep.equal([0, 1, 0]);
  });

  it('is censored in the step in which a process was killed, and kills outside of the record count as none', () => {
    const startMs = Date.UTC(2026, 0, 5);
    const oomKillsMs = [startMs - 20_000, startMs + 15_001, startMs + 30_000, startMs + 45_001];
    const history = historyOf([1, 1, 1, 1], undefined, { oomKillsMs });
    expect([...sizedSeries(history, 'memory').censored]).to.deep.equal([0, 0, 1, 0]);
    expect([...sizedSeries(history, 'cpu').censored]).to.deep.equal([0, 0, 1, 0]);
  });
});
