import { expect } from 'chai';
import { functionDetailSchema, functionListSchema } from '../../src/page/api.ts';
import { functionDetail } from '../../src/page/function-detail.ts';
import { createPageData, functionList } from '../../src/page/page-data.ts';
import { AT, madeUpFunction, observedOf, STEP_MS, STEPS } from './made-up-page.ts';

const qrcode = madeUpFunction('qrcode');
const detail = functionDetail(qrcode, observedOf([qrcode]));

describe('what the page shows of a function', () => {
  it('is as its schema says, with columns as long as the times', () => {
    expect(functionDetailSchema.parse(detail)).to.deep.equal(detail);
    const { cpu, memory, forecast, throttledShare, callsPerSecond, latencyP95Seconds } = detail;
    const columns = [cpu, memory, forecast.cpu, forecast.memory].flatMap((group) => Object.values(group));
    for (const column of [...columns, throttledShare, callsPerSecond, latencyP95Seconds]) {
      expect(column).to.have.length(STEPS);
    }
    expect(detail.times.at(-1)).to.equal(AT);
    expect(detail.times[0]).to.equal(AT - (STEPS - 1) * STEP_MS);
  });

  it('has requests and limits as the decisions left them', () => {
    expect([59, 60, 119, 120, 239].map((step) => detail.cpu.request[step])).to.deep.equal([
      0.05, 0.05, 0.05, 0.039, 0.039,
    ]);
    expect([59, 60].map((step) => detail.cpu.limit[step])).to.deep.equal([0.1, 1.066]);
  });

  it('does not take a resize that was refused for one that is in force', () => {
    const decisions = qrcode.decisions.map((decision) => ({
      ...decision,
      outcomes: decision.outcomes.map((outcome) => ({ ...outcome, result: 'refused' as const })),
    }));
    const { cpu } = functionDetail({ ...qrcode, decisions: decisions.slice(0, 122) }, observedOf([]));
    expect(cpu.request[120]).to.equal(0.05);
  });

  it('keeps every resize, and of holds that repeat themselves the first', () => {
    const { decisions } = detail;
    expect(decisions.filter(({ action }) => action === 'resize')).to.have.length(2);
    expect(decisions.length).to.be.below(10);
    expect(decisions).to.deep.equal(decisions.toSorted((a, b) => a.at - b.at));
  });

  it('shows forecasts where they were made, and none once they are past their horizon', () => {
    const few = { ...qrcode, decisions: qrcode.decisions.slice(0, 50) };
    const { forecast } = functionDetail(few, observedOf([]));
    expect(forecast.cpu.p90[49]).to.equal(qrcode.decisions[49]!.peak!.cpu!.p90);
    expect(forecast.cpu.p90[49 + 5]).to.equal(forecast.cpu.p90[49]);
    expect(forecast.cpu.p90[49 + 6]).to.equal(null);
    expect(forecast.cpu.p90.at(-1)).to.equal(qrcode.forecast.peak.cpu!.p90);
  });

  it('tells the p95 of the calls of each step, and keeps gaps', () => {
    expect(detail.latencyP95Seconds[30]).to.be.within(0.5, 1);
    expect(detail.latencyP95Seconds[100]).to.be.within(0.05, 0.1);
    expect(detail.cpu.use[25]).to.equal(null);
  });

  it('says what is wrong with annotations, and shows the function all the same', () => {
    const wrong = madeUpFunction('wrong', { annotations: { 'foresize/mode': 'aply', other: 'kept out' } });
    const shown = functionDetail(wrong, observedOf([]));
    expect(shown.row.mode).to.equal('invalid');
    expect(shown.annotationProblem).to.contain('"aply"');
    expect(shown.annotations).to.deep.equal({ 'foresize/mode': 'aply' });
  });

  it('names the worst that is true now', () => {
    const kill = { atMs: AT - 60_000, memoryLimitBytes: 1 };
    const old = { atMs: AT - 3_000_000, memoryLimitBytes: 1 };
    const healths = [
      { oomKills: [kill], notReady: true },
      { oomKills: [old], notReady: true, stretch: 1, throttledPeriods: 9 },
      { stretch: 0.1, throttledPeriods: 3 },
      { stretch: 0.1, throttledPeriods: 2 },
      { lastCpuCores: null, lastMemoryBytes: null },
    ].map((signals) => functionList(observedOf([madeUpFunction('f', { signals })])).functions[0]?.health);
    expect(healths).to.deep.equal(['out-of-memory', 'not-ready', 'throttled', 'fine', 'unknown']);
  });

  it('tells what is reserved and not used, of all pods together', () => {
    const list = functionList(observedOf([qrcode]));
    expect(functionListSchema.parse(list)).to.deep.equal(list);
    expect(list.functions[0]!.wasteCpuCores).to.be.closeTo(0.039 - 0.036, 1e-9);
    expect(list.functions[0]!.wasteMemoryBytes).to.equal((64 - 38) * 2 ** 20);
  });
});

describe('looks at everything', () => {
  const counted = () => {
    const looks: number[] = [];
    const clock = { now: 0 };
    const data = createPageData({
      observe: () => Promise.resolve(looks.push(clock.now)).then(() => observedOf([qrcode])),
      clock: () => clock.now,
      freshMs: 5000,
    });
    return { looks, clock, data };
  };
  const { signal } = new AbortController();

  it('are taken when somebody asks, one for all who ask at once, and kept while fresh', async () => {
    const { looks, clock, data } = counted();
    await Promise.all([data.list(signal), data.list(signal), data.detail('openfaas-fn', 'qrcode', signal)]);
    clock.now = 4999;
    await data.list(signal);
    expect(looks).to.deep.equal([0]);
    clock.now = 5000;
    await data.list(signal);
    expect(looks).to.deep.equal([0, 5000]);
  });

  it('give the same object while nothing is new, and null for what is not there', async () => {
    const { data } = counted();
    const first = await data.detail('openfaas-fn', 'qrcode', signal);
    expect(await data.detail('openfaas-fn', 'qrcode', signal)).to.equal(first);
    expect(await data.detail('openfaas-fn', 'other', signal)).to.equal(null);
  });

  it('are taken again after one that failed', async () => {
    let times = 0;
    const data = createPageData({
      observe: () => (times++ === 0 ? Promise.reject(new Error('no')) : Promise.resolve(observedOf([]))),
      clock: Date.now,
    });
    expect(await data.list(signal).catch(() => 'failed')).to.equal('failed');
    expect((await data.list(signal)).functions).to.deep.equal([]);
  });
});
