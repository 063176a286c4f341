import { expect } from 'chai';
import type { FunctionHistory } from '#core/replay/history.ts';
import { calibratedPath } from '#forecast/calibrated-path.ts';
import { LEVELS } from '#forecast/levels.ts';
import { pastPeaks } from '#forecast/past-peaks.ts';
import { FORECASTERS, type Forecasters, selectForecaster } from '#forecast/selection.ts';
import { DEFAULT_SETTINGS, evaluateDataSet } from '../../../training/evaluation/evaluate-data-set.ts';
import { figuresOf, shareOf, standardError } from '../../../training/evaluation/figures.ts';
import {
  type Evaluation,
  type EvaluationOptions,
  RollingOrigin,
} from '../../../training/evaluation/rolling-origin.ts';
import { generateHistory } from '../../../training/generate/generate-history.ts';
import { cpuWindow, sliceWindow } from '../../../training/lstm/history-window.ts';
import { failure } from '../../support/failure.ts';

/** Restless, with calls, and without gaps. */
const wave = Float64Array.from(
  { length: 475 },
  (_, i) => 0.03 + 0.02 * Math.sin(i / 9) + 0.005 * ((i * 7919) % 13),
);
const history: FunctionHistory = {
  name: 'wave',
  namespace: 'test',
  startMs: 1_700_000_000_000,
  stepMs: 15_000,
  cpuCores: wave,
  cpuMeanMs: 15_000,
  memoryBytes: wave.map((cores) => Math.round(1e9 * cores)),
  callsStarted: wave.map((_, i) => (i % 4 === 0 ? 3 + (i % 7) : 0)),
  cpuLimitCores: null,
  memoryLimitBytes: null,
  oomKillsMs: [],
};
const options = {
  metric: 'cpu',
  horizonSteps: 5,
  windowSteps: 100,
  baselineSteps: 200,
  firstRow: 300,
  every: 30,
  hideCalls: false,
} as const;
const NAMES = ['persistence', 'recent-peak', 'auto'];

function evaluateHistory(
  evaluated: FunctionHistory,
  names: readonly string[],
  forecasters: Forecasters,
  how: EvaluationOptions,
): Evaluation {
  const rolling = new RollingOrigin(evaluated, names, forecasters, how);
  for (let k = 0; k < rolling.count; k++) rolling.forecast(k);
  return rolling.evaluation;
}

/** Persistence's past in a window, written out: how far each peak of 5 steps lay above the value before it. */
function naivePersistence(control: readonly number[], level: number): number {
  const rises: number[] = [];
  for (let j = 0; j + 5 < control.length; j++) {
    const rise = Math.max(...control.slice(j + 1, j + 6)) - (control[j] ?? NaN);
    if (!Number.isNaN(rise)) rises.push(rise);
  }
  rises.sort((a, b) => a - b);
  const rank = Math.min(rises.length, Math.max(1, Math.ceil((rises.length + 1) * level - 1e-9)));
  return Math.max(0, (control.at(-1) ?? NaN) + (rises[rank - 1] ?? NaN));
}

describe('a rolling-origin evaluation', () => {
  const whole = cpuWindow(history, 5);
  const evaluation = evaluateHistory(history, NAMES, FORECASTERS, options);

  it('forecasts each origin from the window that ends there, and holds it against what came', () => {
    const { origins, actualNext, actualPeak } = evaluation;
    expect(origins).to.deep.equal(Array.from({ length: origins.length }, (_, k) => 299 + 30 * k));
    expect(origins.length).to.equal(6);
    for (const [k, i] of origins.entries()) {
      expect(actualNext[k]).to.equal(whole.values[i + 1]);
      const following = whole.control.subarray(i + 1, i + 6);
      expect(actualPeak[k]).to.equal(Math.max(...following));
      const window = sliceWindow(whole, i + 1 - 100, i + 1);
      const chosen = selectForecaster('auto', window, FORECASTERS)?.path;
      const recent = calibratedPath(
        [...FORECASTERS.values()].find(({ name }) => name === 'recent-peak') ?? expect.fail(),
        window,
        pastPeaks(window),
      );
      for (const [level, [name]] of LEVELS.entries()) {
        expect(evaluation.outcomes.get('auto')?.quantiles[level]?.[k]).to.equal(chosen?.peak[name].at(-1));
        expect(evaluation.outcomes.get('recent-peak')?.quantiles[level]?.[k]).to.equal(
          recent.peak[name].at(-1),
        );
      }
    }
  });

  it('compares with persistence over the baseline’s own past, written out', () => {
    for (const [k, i] of evaluation.origins.entries()) {
      const past = [...whole.control.subarray(i + 1 - 200, i + 1)];
      expect(evaluation.baseline.next[k]).to.equal(whole.values[i]);
      for (const [level, [, share]] of LEVELS.entries()) {
        expect(evaluation.baseline.quantiles[level]?.[k]).to.be.closeTo(naivePersistence(past, share), 1e-12);
      }
    }
  });

  it('gives ratios and shares that a plain sum over the origins gives', () => {
    const { actualNext, actualPeak, baseline, outcomes } = evaluation;
    const figures = figuresOf(evaluation).forecasters.get('auto');
    const sum = (of: (k: number) => number): number =>
      [...actualNext.keys()].reduce((total, k) => total + of(k), 0);
    const auto = outcomes.get('auto') ?? expect.fail();
    const absolute = (next: Float64Array) => (k: number) =>
      Math.abs((actualNext[k] ?? NaN) - (next[k] ?? NaN));
    const square = (next: Float64Array) => (k: number) => absolute(next)(k) ** 2;
    expect(figures?.nextMae).to.be.closeTo(sum(absolute(auto.next)) / sum(absolute(baseline.next)), 1e-12);
    expect(figures?.nextRmse).to.be.closeTo(
      Math.sqrt(sum(square(auto.next)) / sum(square(baseline.next))),
      1e-12,
    );
    for (const [level, [, share]] of LEVELS.entries()) {
      const loss = (column: Float64Array | undefined) => (k: number) => {
        const error = (actualPeak[k] ?? NaN) - (column?.[k] ?? NaN);
        return Math.max(share * error, (share - 1) * error);
      };
      const [own, base] = [auto.quantiles[level], baseline.quantiles[level]];
      expect(figures?.pinball[level]).to.be.closeTo(sum(loss(own)) / sum(loss(base)), 1e-12);
      const held = sum((k) => Number((actualPeak[k] ?? NaN) <= (own?.[k] ?? NaN)));
      expect(figures?.coverage[level]?.share).to.equal(held / actualPeak.length);
    }
  });

  it('does not know what comes after an origin', () => {
    const changed: FunctionHistory = {
      ...history,
      cpuCores: history.cpuCores.map((value, i) => (i > 299 ? 9 : value)),
    };
    const other = evaluateHistory(changed, NAMES, FORECASTERS, options);
    expect(other.actualPeak[0]).not.to.equal(evaluation.actualPeak[0]);
    for (const name of NAMES) {
      expect(other.outcomes.get(name)?.next[0]).to.equal(evaluation.outcomes.get(name)?.next[0]);
      expect(other.outcomes.get(name)?.quantiles[2]?.[0]).to.equal(
        evaluation.outcomes.get(name)?.quantiles[2]?.[0],
      );
    }
  });

  it('leaves out forecasters that are not for the metric, and hides the calls where asked', () => {
    const memory = evaluateHistory(history, ['persistence', 'nowcast'], FORECASTERS, {
      ...options,
      metric: 'memory',
    });
    expect([...memory.outcomes.keys()]).to.deep.equal(['persistence']);
    const hidden = evaluateHistory(history, ['nowcast'], FORECASTERS, { ...options, hideCalls: true });
    const without = evaluateHistory({ ...history, callsStarted: null }, ['nowcast'], FORECASTERS, options);
    expect(hidden.outcomes).to.deep.equal(without.outcomes);
    expect(hidden.outcomes).not.to.deep.equal(
      evaluateHistory(history, ['nowcast'], FORECASTERS, options).outcomes,
    );
  });
});

describe('the standard error of a share', () => {
  it('is the binomial one where each block is a single thing, and larger where blocks agree', () => {
    const single = shareOf(Array.from({ length: 100 }, (_, i) => ({ hits: i < 20 ? 1 : 0, count: 1 })));
    expect(standardError(single)).to.be.closeTo(Math.sqrt((0.2 * 0.8) / 99), 1e-12);
    const blocks = shareOf(Array.from({ length: 20 }, (_, i) => ({ hits: i < 4 ? 5 : 0, count: 5 })));
    expect(standardError(blocks)).to.be.closeTo(Math.sqrt((0.2 * 0.8) / 19), 1e-12);
  });

  it('is not known of a single block', () => {
    expect(standardError(shareOf([{ hits: 3, count: 5 }]))).to.be.NaN;
  });
});

describe('an evaluation of a data set', () => {
  const forecasters = FORECASTERS;
  const work = { forecasters, names: ['persistence', 'recent-peak'], metrics: ['cpu'] as const };
  const settings = { ...DEFAULT_SETTINGS, firstRow: 300, every: 4 };

  it('means ratios geometrically over functions, and counts all their peaks alike', async () => {
    const histories = [4, 5].map((seed) => generateHistory(seed, { hours: 2 }).history);
    const { report } = await evaluateDataSet({ name: 'two', histories }, settings, work);
    const ratios = report.functions.map(({ rows }) => rows[1]?.pinball[1] ?? NaN);
    const [overall] = report.overall;
    expect(overall?.functions).to.equal(2);
    expect(overall?.peaks).to.equal(report.functions.reduce((sum, { peaks }) => sum + peaks, 0));
    expect(overall?.rows[1]?.pinball[1]).to.be.closeTo(
      Math.sqrt((ratios[0] ?? NaN) * (ratios[1] ?? NaN)),
      1e-12,
    );
    const held = report.functions.reduce(
      (sum, { rows, peaks }) => sum + (rows[1]?.coverage[2] ?? NaN) * peaks,
      0,
    );
    expect(overall?.rows[1]?.coverage[2]).to.be.closeTo(held / (overall?.peaks ?? NaN), 1e-12);
  });

  it('says null of a function that persistence forecasts without an error', async () => {
    const cpuCores = new Float64Array(history.cpuCores.length).fill(0.5);
    const constant = { ...history, name: 'constant', cpuCores, cpuLimitCores: null };
    const { report } = await evaluateDataSet({ name: 'one', histories: [constant] }, settings, work);
    expect(report.functions[0]?.rows[0]).to.include({ nextMae: null, nextRmse: null });
    expect(report.functions[0]?.rows[0]?.coverage).to.deep.equal([1, 1, 1, 1]);
    expect(report.overall[0]?.rows[0]?.nextMae).to.equal(null);
  });

  it('looks at no row beyond the last that is asked for', async () => {
    const changed = { ...history, cpuCores: history.cpuCores.map((value, i) => (i >= 400 ? 7 : value)) };
    const until = { ...settings, lastRow: 400 };
    const [expected, actual] = [
      await evaluateDataSet({ name: 'a', histories: [history] }, until, work),
      await evaluateDataSet({ name: 'a', histories: [changed] }, until, work),
    ];
    expect(actual.report).to.deep.equal(expected.report);
    expect(expected.report.functions[0]?.nexts).to.equal(26);
  });

  it('refuses data that end before the first row to forecast', async () => {
    const error = await failure(
      evaluateDataSet({ name: 'a', histories: [history] }, { ...settings, firstRow: 9999 }, work),
    );
    expect(error.code).to.equal('data-too-short');
    expect(error.message).to.equal(
      'the first row to forecast is 9999, and no function has more than 475 rows',
    );
  });

  it('ends when it is told to', async () => {
    const signal = AbortSignal.abort('enough');
    const ended: unknown = await evaluateDataSet({ name: 'a', histories: [history] }, settings, {
      ...work,
      signal,
    }).catch((reason: unknown) => reason);
    expect(ended).to.equal('enough');
  });
});
