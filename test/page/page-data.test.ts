import { expect } from 'chai';
import { firstContact } from '#core/policy/bookkeeping.ts';
import type { FunctionState } from '#core/policy/state.ts';
import { functionDetailSchema, functionListSchema } from '#page/api.ts';
import { functionDetail } from '#page/function-detail.ts';
import { createPageData, functionList } from '#page/page-data.ts';
import { withRemembered } from '#page/remembered-decisions.ts';
import { trendOf } from '#page/trend.ts';
import { eventually } from '../support/eventually.ts';
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

  it('shows forecasts from elsewhere where no decision tells its own', () => {
    const peak = (p50: number) => ({ ...qrcode.forecast.peak, cpu: { p50, p90: p50, p95: p50, p99: p50 } });
    const few = { ...qrcode, decisions: qrcode.decisions.slice(100, 102) };
    const pastPeaks = () => detail.times.slice(50).map((at) => ({ at, peak: peak(7) }));
    const { forecast } = functionDetail({ ...few, pastPeaks }, observedOf([]));
    const decided = qrcode.decisions[101]!.peak!.cpu!.p50;
    expect([49, 50, 99, 101, 106, 107].map((step) => forecast.cpu.p50[step])).to.deep.equal([
      ...[null, 7, 7],
      ...[decided, decided, 7],
    ]);
  });

  it('draws a trend of the whole window, over the request or the highest use', () => {
    const of = (request: number) => trendOf(qrcode.usage, STEP_MS, request);
    const { points, topCores } = of(0.1);
    expect(topCores).to.equal(0.1);
    expect(points).to.have.length(48);
    expect(points.indexOf(null), 'the minutes that were not seen').to.equal(4);
    const highest = Math.max(...detail.cpu.use.map((value) => value ?? 0));
    expect(Math.max(...points.map((point) => point ?? 0))).to.equal(Math.round(1000 * highest));
    const young = {
      ...qrcode.usage.series,
      cpuCores: qrcode.usage.series.cpuCores.map((value, step) => (step < 230 ? null : value)),
    };
    expect(
      trendOf({ ...qrcode.usage, series: young }, STEP_MS, 0.1).points.filter((point) => point === null),
    ).to.have.length(11);
    expect(of(0.001).topCores).to.equal(highest);
    expect(Math.max(...of(0.001).points.map((point) => point ?? 0))).to.equal(100);
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

  it('that take long are not waited for: the last is shown, and the new one to who asks next', async () => {
    const clock = { now: 0 };
    const release: (() => void)[] = [];
    const data = createPageData({
      observe: () =>
        clock.now === 0
          ? Promise.resolve(observedOf([]))
          : new Promise((resolve) =>
              release.push(() => {
                resolve(observedOf([qrcode]));
              }),
            ),
      clock: () => clock.now,
      patienceMs: 1,
    });
    await data.list(signal);
    clock.now = 10_000;
    expect((await data.list(signal)).functions).to.have.length(0);
    release[0]!();
    await eventually(async () => (await data.list(signal)).functions.length === 1);
    expect(release).to.have.length(1);
  });

  it('take a fifth of the time at most', async () => {
    const clock = { now: 0 };
    let looks = 0;
    const data = createPageData({
      observe: () => {
        looks += 1;
        clock.now += 3000;
        return Promise.resolve(observedOf([]));
      },
      clock: () => clock.now,
    });
    await data.list(signal);
    clock.now += 11_999;
    await data.list(signal);
    expect(looks).to.equal(1);
    clock.now += 1;
    await data.list(signal);
    expect(looks).to.equal(2);
  });

  it('that fail are told of, also to who is shown the last one meanwhile', async () => {
    const clock = { now: 0 };
    let fail: (() => void) | undefined;
    const data = createPageData({
      observe: () =>
        clock.now === 0
          ? Promise.resolve(observedOf([]))
          : new Promise(
              (_, reject) =>
                (fail ??= () => {
                  reject(new Error('no'));
                }),
            ),
      clock: () => clock.now,
      patienceMs: 1,
    });
    await data.list(signal);
    clock.now = 10_000;
    await data.list(signal);
    fail!();
    await eventually(() =>
      data.list(signal).then(
        () => false,
        () => true,
      ),
    );
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

describe('decisions that only the state remembers', () => {
  const about = { namespace: 'openfaas-fn', name: 'qrcode' };
  const remembered = (at: number, reason = 'CPU limit 100m → 1066m') => ({ at, action: 'resize', reason });
  const state = (...decisions: FunctionState['decisions']): FunctionState => ({
    ...firstContact(qrcode.live, 0),
    decisions,
  });

  it('stand between those of the log, and say that they are no more than that', () => {
    const logged = qrcode.decisions.slice(60, 62);
    const [first] = logged;
    const all = withRemembered(logged, state(remembered(5), remembered(first!.at + 400)), about);
    expect(all.map(({ at, isRemembered = false }) => [at, isRemembered])).to.deep.equal([
      [5, true],
      ...logged.map(({ at }) => [at, false]),
    ]);
    expect(all[0]).to.deep.include({ ...about, reason: 'CPU limit 100m → 1066m', steps: [], from: null });
  });

  it('are none where nothing is remembered', () => {
    expect(withRemembered(qrcode.decisions, undefined, about)).to.equal(qrcode.decisions);
  });
});
