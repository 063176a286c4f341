import { expect } from 'chai';
import type { FunctionHistory } from '#core/replay/history.ts';
import { backtest } from '../../../training/backtest/backtest.ts';
import { type BacktestOptions, clipHistory } from '../../../training/backtest/options.ts';
import {
  percentileColumns,
  ProductForecasts,
  quantilesAt,
} from '../../../training/backtest/peak-quantiles.ts';
import {
  type FunctionReport,
  isJudged,
  type MethodName,
  type ResourceReport,
} from '../../../training/backtest/report.ts';
import { cpuWindow } from '../../../training/lstm/history-window.ts';
import { failure } from '../../support/failure.ts';
import { MI, OPTIONS, traceOf } from './traces.ts';

const never = new AbortController().signal;

async function reportOf(
  history: FunctionHistory,
  change: Partial<BacktestOptions> = {},
): Promise<FunctionReport> {
  const report = await backtest({ name: 'test', histories: [history] }, { ...OPTIONS, ...change }, never);
  return report.functions[0]!;
}

function judged(resource: FunctionReport['cpu']): ResourceReport {
  if (!isJudged(resource)) throw new Error(resource.why);
  return resource;
}

const method = (resource: FunctionReport['cpu'], name: MethodName) =>
  judged(resource).methods.find((candidate) => candidate.method === name);

const constant = (rows: number, value: number): Float64Array => new Float64Array(rows).fill(value);

describe('a backtest', () => {
  const history = traceOf(420);

  it('compares methods at their own settings and at equal safety, and none beats the oracle', async () => {
    const { cpu, memory } = await reportOf(history);
    for (const resource of [cpu, memory]) {
      const { methods, samples } = judged(resource);
      expect(samples).to.equal(420 - 140);
      expect(methods.map(({ method: name }) => name)).to.deep.equal([
        ...['oracle', 'static', 'percentile', 'vpa', 'persistence'],
      ]);
      const oracle = method(resource, 'oracle')?.own?.outcome;
      expect(oracle?.short).to.equal(0);
      for (const { front, best } of methods) {
        expect(best?.outcome.short ?? 0).to.be.at.most(0.01);
        for (const point of front) {
          expect(point.short).to.be.at.most(point.allowed + 1e-9);
          if (point.short === 0)
            expect(point.allocationOverUse).to.be.at.least(oracle?.allocationOverUse ?? NaN);
        }
      }
    }
    expect(method(cpu, 'persistence')?.scores?.ratio).to.equal(1);
    expect(method(cpu, 'persistence')?.own?.setting).to.equal('p90 × 1.1');
    expect(method(memory, 'persistence')?.own?.setting).to.equal('p95 × 1.1');
    expect(method(cpu, 'static')?.best?.setting).to.match(/^\d+(\.\d+)?m$/);
  });

  it('sees nothing beyond the last row that is to be judged', async () => {
    const late = traceOf(420, {}, 2);
    const spliced = {
      ...history,
      cpuCores: history.cpuCores.map((value, i) => (i < 300 ? value : late.cpuCores[i]!)),
      memoryBytes: history.memoryBytes.map((value, i) => (i < 300 ? value : late.memoryBytes[i]!)),
    };
    const [one, other] = [
      await reportOf(history, { lastRow: 300 }),
      await reportOf(spliced, { lastRow: 300 }),
    ];
    expect(one).to.deep.equal(other);
    expect(one.to).to.equal(300);
  });

  it('judges the rows that are asked for', async () => {
    const { from, to, cpu } = await reportOf(history, { firstRow: 201, lastRow: 400 });
    expect([from, to, judged(cpu).samples]).to.deep.equal([200, 400, 200]);
  });

  it('tells which forecasters auto chose, and what the whole policy would have done', async () => {
    const annotations = { 'foresize/evidence': '10m', 'foresize/cooldown': '0s' };
    const options = { forecaster: 'auto', policy: 'full', annotations, phases: 1 } as const;
    const { cpu } = await reportOf(traceOf(300), options);
    const shares = Object.values(judged(cpu).chosen);
    expect(shares.reduce((sum, share) => sum + share, 0)).to.be.closeTo(1, 1e-9);
    expect(method(cpu, 'forecaster')?.label).to.equal('auto');
    const policy = method(cpu, 'policy')?.own?.outcome;
    const plain = method(cpu, 'forecaster')?.own?.outcome;
    expect(policy?.resizesPerHour).to.be.lessThan((plain?.resizesPerHour ?? 0) / 4);
    expect(policy?.short).to.be.at.most(plain?.short ?? 0);
  });

  it('knows the limits on record, and counts what they censored as short under every method', async () => {
    const cpuLimitCores = constant(420, 0.1);
    const limited = {
      ...history,
      cpuLimitCores,
      cpuCores: history.cpuCores.map((value) => Math.min(value, 0.1)),
    };
    const { cpu } = await reportOf(limited);
    expect(method(cpu, 'limits')?.own?.setting).to.equal('as recorded');
    const censored = method(cpu, 'limits')?.own?.outcome.short ?? 0;
    expect(censored).to.be.greaterThan(0.01);
    expect(method(cpu, 'oracle')?.own?.outcome.short).to.equal(censored);
    expect(method(cpu, 'persistence')?.best).to.equal(null);
  });

  it('has a step as its shortest cadence', async () => {
    const { cadenceMs, delayMs } = await reportOf(traceOf(120, { stepMs: 300_000 }));
    expect([cadenceMs, delayMs]).to.deep.equal([300_000, 300_000]);
  });

  it('says of each resource why it could not be judged', async () => {
    const half = await reportOf({ ...history, memoryBytes: constant(420, NaN) });
    expect(half.memory).to.deep.equal({ metric: 'memory', why: 'rows 141 to 420 hold no sample' });
    expect(isJudged(half.cpu)).to.equal(true);
    const other = await reportOf({ ...history, cpuCores: constant(420, NaN) });
    expect(isJudged(other.memory)).to.equal(true);
  });

  it('takes a constant for what it is', async () => {
    const still = { ...history, cpuCores: constant(420, 0.2), memoryBytes: constant(420, 8 * MI) };
    const { cpu, memory } = await reportOf(still);
    for (const resource of [cpu, memory]) {
      expect(method(resource, 'persistence')?.best?.outcome.allocationOverUse).to.be.closeTo(1, 1e-9);
      expect(method(resource, 'static')?.best?.outcome.allocationOverUse).to.be.closeTo(1, 1e-9);
      expect(method(resource, 'persistence')?.own?.outcome.resizesPerHour).to.equal(0);
    }
  });

  it('finds nothing short of nothing', async () => {
    const { cpu } = await reportOf({ ...history, cpuCores: constant(420, 0) });
    expect(method(cpu, 'persistence')?.own?.outcome).to.include({ short: 0, allocationOverUse: null });
    expect(method(cpu, 'persistence')?.best).to.equal(null);
  });

  it('copes with gaps, and with a handful of rows', async () => {
    const holes = history.cpuCores.map((value, i) => (i % 7 === 0 || (i > 200 && i < 260) ? NaN : value));
    const { cpu } = await reportOf({ ...history, cpuCores: holes }, { forecaster: 'auto', phases: 1 });
    expect(judged(cpu).gaps).to.be.greaterThan(59);
    for (const { scores } of judged(cpu).methods) expect(scores?.ratio ?? 1).to.satisfy(Number.isFinite);
    const few = await reportOf(traceOf(6), { policy: 'full' });
    expect(judged(few.cpu).samples).to.equal(4);
  });

  it('refuses what holds nothing to judge, a forecaster that does not exist, and a wrong annotation', async () => {
    const gaps = { ...history, cpuCores: constant(420, NaN), memoryBytes: constant(420, NaN) };
    const refused = (one: FunctionHistory, change: Partial<BacktestOptions> = {}) =>
      failure(reportOf(one, change));
    expect(String(await refused(gaps))).to.match(
      /nothing of test can be judged: rows 141 to 420 hold no sample/,
    );
    expect(String(await refused(traceOf(1)))).to.match(/a single row has nothing before it/);
    expect(String(await refused(history, { firstRow: 421 }))).to.match(/row 421.* beyond the last, 420/);
    expect(String(await refused(history, { forecaster: 'oracle' }))).to.match(
      /no forecaster "oracle"; there are auto/,
    );
    const annotations = { 'foresize/evidence': 'long' };
    expect(String(await refused(traceOf(60), { policy: 'full', annotations }))).to.match(
      /foresize\/evidence/,
    );
    const none = backtest({ name: 'empty', histories: [] }, OPTIONS, never);
    expect(String(await failure(none))).to.match(/empty holds no function/);
  });

  it('ends when it is told to, and says how far it is', async () => {
    const controller = new AbortController();
    const shares: number[] = [];
    const long = traceOf(8000);
    const run = backtest({ name: 'test', histories: [long] }, OPTIONS, controller.signal, (share) => {
      shares.push(share);
      controller.abort();
    });
    expect(await run.catch((reason: unknown) => reason)).to.equal(controller.signal.reason);
    expect(shares[0]).to.be.within(0, 0.9);
  });
});

describe('forecasts as the product makes them', () => {
  it('do not depend on what comes after, nor on what is more than an hour old', () => {
    const whole = traceOf(500);
    const altered = {
      ...whole,
      cpuCores: whole.cpuCores.map((value, i) => (i > 100 && i <= 400 ? value : value * 3 + i)),
    };
    const at = (history: FunctionHistory) =>
      new ProductForecasts(cpuWindow(history, 5), 'auto', OPTIONS.forecasters).at(400);
    expect(at(whole)).to.not.equal(null);
    expect(at(altered)).to.deep.equal(at(whole));
  });

  it('are null where nothing is known', () => {
    const gaps = traceOf(10, { cpuCores: constant(10, NaN) });
    const forecasts = new ProductForecasts(cpuWindow(gaps, 5), 'auto', OPTIONS.forecasters);
    expect(forecasts.at(9)).to.equal(null);
    expect(forecasts.chosen([9])).to.deep.equal({ none: 1 });
  });

  it('have the trailing percentiles of an hour beside them', () => {
    const counting = traceOf(400, { cpuCores: Float64Array.from({ length: 400 }, (_, i) => i) });
    expect(quantilesAt(percentileColumns(cpuWindow(counting, 5)), 399)).to.deep.equal({
      ...{ p50: 280, p90: 376, p95: 388, p99: 398 },
    });
  });
});

describe('a history that is clipped', () => {
  it('ends with its last row in every column, kills included', () => {
    const rows = 10;
    const startMs = Date.UTC(2026, 0, 5);
    const history = traceOf(rows, {
      callsStarted: constant(rows, 1),
      cpuLimitCores: constant(rows, 1),
      memoryLimitBytes: constant(rows, MI),
      oomKillsMs: [startMs + 45_000, startMs + 45_001],
    });
    const clipped = clipHistory(history, 4);
    const { cpuCores, memoryBytes, callsStarted, cpuLimitCores, memoryLimitBytes } = clipped;
    for (const column of [cpuCores, memoryBytes, callsStarted, cpuLimitCores, memoryLimitBytes]) {
      expect(column).to.have.length(4);
    }
    expect(clipped.oomKillsMs).to.deep.equal([startMs + 45_000]);
    expect(clipHistory(history, 99)).to.equal(history);
  });
});
