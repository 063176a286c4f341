import { expect } from 'chai';
import { applyForecasts, type ApplyPorts } from '#core/chain/apply.ts';
import type { LiveFunction, PodOutcome } from '#core/chain/ports.ts';
import { ForesizeError } from '#core/errors/error.ts';
import type { Decision } from '#core/messages/decision.ts';
import type { ForecastMessage } from '#core/messages/forecast.ts';
import { firstContact } from '#core/policy/bookkeeping.ts';
import { HOUR, MI, MINUTE, NOW, SIZES } from '../policy/situation.ts';
import { failure } from '../../support/failure.ts';
import {
  APPLY_OPTIONS,
  applyPorts,
  CYCLE,
  forecast,
  forecasts,
  live,
  memoryState,
  recordingActuator,
  recordingLog,
  signal,
} from './in-memory.ts';

function world(functions: readonly LiveFunction[], actuator = recordingActuator()) {
  const state = memoryState();
  const log = recordingLog();
  const ports = applyPorts(functions, { state, actuator, log });
  const apply = (message: ForecastMessage, more: Partial<ApplyPorts> = {}) =>
    applyForecasts(message, { ...ports, ...more }, APPLY_OPTIONS, signal);
  const dry = (message: ForecastMessage) =>
    applyForecasts(message, ports, { ...APPLY_OPTIONS, dryRun: true }, signal);
  return { apply, dry, state, log, actuator };
}

const actions = (decisions: readonly Decision[]): string[] =>
  decisions.map(({ name, action }) => `${name} ${action}`);

describe('application of forecasts', () => {
  it('decides about each function, resizes, records, and remembers', async () => {
    const { apply, state, log, actuator } = world([live('a'), live('b')]);
    const report = await apply(forecasts([forecast('a'), forecast('b', {})], { shard: 2 }));
    expect(report).to.include({ version: 1, cycle: CYCLE, shard: 2 });
    expect(actions(report.decisions)).to.deep.equal(['a resize', 'b hold']);
    expect(log.decisions).to.have.deep.members(report.decisions);
    expect(actuator.changes.map(({ pod, to }) => [pod.pod, to.cpuLimitCores])).to.deep.equal([['a-1', 2.4]]);
    expect(state.stored.suite.cycles).to.deep.equal({ 2: CYCLE });
    expect(state.stored.functions.get('openfaas-fn/a')?.applied?.cpuLimitCores).to.equal(2.4);
    expect(state.stored.functions.get('openfaas-fn/b')?.applied).to.equal(null);
  });

  it('refuses a cycle that is not newer than the shard’s last, before anything is done', async () => {
    const { apply, log, actuator } = world([live('a')]);
    await apply(forecasts([forecast('a')]));
    const done = { changes: [...actuator.changes], decisions: [...log.decisions] };
    expect((await failure(apply(forecasts([forecast('a')])))).code).to.equal('message-repeated');
    expect((await failure(apply(forecasts([forecast('a')], { cycle: CYCLE - 1 })))).code).to.equal(
      'message-repeated',
    );
    expect({ changes: actuator.changes, decisions: log.decisions }).to.deep.equal(done);
  });

  it('changes nothing in a dry run but the claim of the cycle, which still counts once', async () => {
    const { state, log, actuator, dry } = world([live('a')]);
    const report = await dry(forecasts([forecast('a')]));
    expect(actions(report.decisions)).to.deep.equal(['a resize']);
    expect(report.decisions[0]?.outcomes[0]).to.include({ pod: 'a-1', result: 'dry-run' });
    expect(actuator.changes).to.be.empty;
    expect(state.stored).to.deep.equal({ suite: { cycles: { 0: CYCLE } }, functions: new Map() });
    expect(log.decisions).to.deep.equal(report.decisions);
    expect((await failure(dry(forecasts([forecast('a')])))).code).to.equal('message-repeated');
  });

  it('is not held up by a cycle that lies in the future: a wrong clock or a shorter period counted it', async () => {
    const { apply, state, actuator } = world([live('a')]);
    state.stored = { ...state.stored, suite: { cycles: { 0: CYCLE * 4 } } };
    await apply(forecasts([forecast('a')]));
    expect(actuator.changes).to.have.length(1);
    expect(state.stored.suite.cycles).to.deep.equal({ 0: CYCLE });
  });

  it('counts cycles by shard', async () => {
    const { apply, state } = world([live('a'), live('b')]);
    await apply(forecasts([forecast('a')], { shard: 0 }));
    await apply(forecasts([forecast('b')], { shard: 1 }));
    expect(state.stored.suite.cycles).to.deep.equal({ 0: CYCLE, 1: CYCLE });
    expect(state.stored.functions).to.have.all.keys('openfaas-fn/a', 'openfaas-fn/b');
  });

  it('does nothing where another writer claimed the cycle meanwhile', async () => {
    const { apply, state, log, actuator } = world([live('a')]);
    const load = async () => {
      const loaded = await state.load(signal);
      state.meanwhile();
      return loaded;
    };
    const attempt = apply(forecasts([forecast('a')]), { state: { ...state, load } });
    expect((await failure(attempt)).code).to.equal('state-conflict');
    expect(actuator.changes).to.deep.equal([]);
    expect(log.decisions).to.deep.equal([]);
  });

  it('has claimed the cycle before it looks at anything: what is cut off is not done twice', async () => {
    const { apply, actuator } = world([live('a')]);
    const workloads = {
      functions: () => Promise.reject(new ForesizeError('kubernetes-unavailable', 'no answer')),
      nodes: () => Promise.resolve([]),
    };
    expect((await failure(apply(forecasts([forecast('a')]), { workloads }))).code).to.equal(
      'kubernetes-unavailable',
    );
    expect((await failure(apply(forecasts([forecast('a')])))).code).to.equal('message-repeated');
    await apply(forecasts([forecast('a')], { cycle: CYCLE + 1 }));
    expect(actuator.changes).to.have.length(1);
  });

  it('skips a function whose annotation is wrong, naming it, and sizes the others', async () => {
    const wrong = live('a', { annotations: { 'foresize/mode': 'apply', 'foresize/cpu-max': 'lots' } });
    const { apply, actuator } = world([wrong, live('b')]);
    const { decisions } = await apply(forecasts([forecast('a'), forecast('b')]));
    expect(actions(decisions)).to.deep.equal(['a skip', 'b resize']);
    expect(decisions[0]?.reason).to.match(/^foresize\/cpu-max: "lots" must be .*until then .* skipped/);
    expect(actuator.changes.map(({ pod }) => pod.pod)).to.deep.equal(['b-1']);
  });

  it('skips what is not deployed any more, and what is Foresize’s own', async () => {
    const own = live('a', { labels: { 'app.kubernetes.io/part-of': 'foresize' } });
    const { apply, actuator, state } = world([own]);
    const { decisions } = await apply(forecasts([forecast('a'), forecast('gone')]));
    expect(actions(decisions)).to.deep.equal(['a skip', 'gone skip']);
    expect(actuator.changes).to.deep.equal([]);
    expect([...state.stored.functions.keys()]).to.deep.equal([]);
  });

  it('only advises on usage that tells of no throttling', async () => {
    const { apply, actuator } = world([live('a')]);
    const advisory = forecast('a', { signals: { stretch: 3, throttledPeriods: 100, advisory: true } });
    const { decisions } = await apply(forecasts([advisory]));
    expect(decisions[0]).to.include({ action: 'hold', mode: 'recommend' });
    expect(decisions[0]?.to?.cpuLimitCores).to.equal(2.4);
    expect(actuator.changes).to.deep.equal([]);
  });

  for (const result of ['failed', 'refused'] as const) {
    it(`does not remember as done what the cluster answered ${result} to, and tries again`, async () => {
      const { apply, state, actuator } = world(
        [live('a')],
        recordingActuator(() => result),
      );
      const first = await apply(forecasts([forecast('a')]));
      expect(first.decisions[0]).to.deep.include({ outcomes: [{ pod: 'a-1', result, detail: '' }] });
      expect(state.stored.functions.get('openfaas-fn/a')).to.include({ applied: null, appliedAt: null });
      await apply(forecasts([forecast('a')], { cycle: CYCLE + 1 }));
      expect(actuator.changes).to.have.length(2);
    });
  }

  it('keeps the way back of a shrink until the rollback is carried out', async () => {
    let result: PodOutcome['result'] = 'failed';
    const { apply, state } = world(
      [live('a')],
      recordingActuator(() => result),
    );
    const known = firstContact({ uid: 'a-uid', template: SIZES }, NOW - HOUR);
    const armed: typeof known.armed = [null, null, null, [192, 600]];
    state.stored = { ...state.stored, functions: new Map([['openfaas-fn/a', { ...known, armed }]]) };
    const restarted = { signals: { restartedAtMs: NOW - MINUTE } };
    await apply(forecasts([forecast('a', restarted)]));
    expect(state.stored.functions.get('openfaas-fn/a')).to.deep.include({
      armed,
      quarantine: known.quarantine,
    });
    result = 'applied';
    const { decisions } = await apply(forecasts([forecast('a', restarted)], { cycle: CYCLE + 1 }));
    expect(decisions[0]?.to?.memoryRequestBytes).to.equal(192 * MI);
    expect(state.stored.functions.get('openfaas-fn/a')).to.deep.include({
      armed: known.armed,
      quarantine: [null, null, null, [3601, 1]],
    });
  });

  it('remembers what is pending, and what one of several pods has taken', async () => {
    const [pod] = live('a').pods;
    const two = live('a', { pods: [pod!, { ...pod!, pod: 'a-2', uid: 'a-2' }] });
    const { apply, state } = world(
      [two, live('b')],
      recordingActuator((change) => (change.pod.pod === 'a-1' ? 'failed' : 'pending')),
    );
    await apply(forecasts([forecast('a'), forecast('b')]));
    for (const key of ['openfaas-fn/a', 'openfaas-fn/b']) {
      expect(state.stored.functions.get(key)?.applied?.cpuLimitCores).to.equal(2.4);
    }
  });

  it('remembers what was done where the rest of the message fails', async () => {
    const { apply, state } = world([live('a'), live('b')]);
    let lines = 0;
    const full = {
      append: () => {
        lines += 1;
        throw new ForesizeError('state-conflict', 'no space left on device');
      },
    };
    const refused = await failure(apply(forecasts([forecast('a'), forecast('b')]), { log: full }));
    expect(refused.message).to.contain('no space left');
    expect(lines).to.be.at.least(1);
    expect(state.stored.functions.get('openfaas-fn/a')?.applied?.cpuLimitCores).to.equal(2.4);
  });

  it('remembers what was done where another writer came first, and leaves what that one learned', async () => {
    const { apply, state, actuator } = world([live('a'), live('b')]);
    const other = firstContact(live('b'), NOW - HOUR);
    const racing = {
      ...actuator,
      apply: (...change: Parameters<typeof actuator.apply>) => {
        const functions = new Map(state.stored.functions).set('openfaas-fn/b', other);
        state.stored = { suite: { cycles: { 0: CYCLE, 7: CYCLE } }, functions };
        state.meanwhile();
        return actuator.apply(...change);
      },
    };
    await apply(forecasts([forecast('a'), forecast('b')]), { actuator: racing });
    const { suite, functions } = state.stored;
    expect(suite.cycles).to.deep.equal({ 0: CYCLE, 7: CYCLE });
    expect(functions.get('openfaas-fn/a')?.applied?.cpuLimitCores).to.equal(2.4);
    expect(functions.get('openfaas-fn/b')).to.equal(other);
  });

  it('tells of a state that can be saved neither at once nor upon what is stored', async () => {
    const { apply, state } = world([live('a')]);
    let saves = 0;
    const full = {
      load: state.load.bind(state),
      save: (...next: Parameters<typeof state.save>) => {
        saves += 1;
        return saves === 1
          ? state.save(...next)
          : Promise.reject(new ForesizeError('kubernetes-unavailable', `no answer to save ${saves}`));
      },
    };
    expect((await failure(apply(forecasts([forecast('a')]), { state: full }))).message).to.equal(
      'no answer to save 3',
    );
  });

  it('waits for an API server that is away when it is to remember what was done', async () => {
    const { apply, state } = world([live('a')]);
    let saves = 0;
    const pauses: number[] = [];
    const away = {
      load: state.load.bind(state),
      save: (...next: Parameters<typeof state.save>) => {
        saves += 1;
        return saves === 1 || pauses.length === 2
          ? state.save(...next)
          : Promise.reject(new ForesizeError('kubernetes-unavailable', 'no answer'));
      },
    };
    const pause = (ms: number) => {
      pauses.push(ms);
      return Promise.resolve();
    };
    await apply(forecasts([forecast('a')]), { state: away, pause });
    expect(state.stored.functions.get('openfaas-fn/a')?.applied?.cpuLimitCores).to.equal(2.4);
  });

  it('forgets functions that were removed', async () => {
    const { apply, state } = world([live('a'), live('b')]);
    await apply(forecasts([forecast('a'), forecast('b')]));
    const workloads = { functions: () => Promise.resolve([live('b')]), nodes: () => Promise.resolve([]) };
    await apply(forecasts([forecast('b')], { cycle: CYCLE + 1 }), { workloads });
    expect([...state.stored.functions.keys()]).to.deep.equal(['openfaas-fn/b']);
  });

  it('knows a function that was removed and made again as a new one', async () => {
    const { apply, state } = world([live('a')]);
    await apply(forecasts([forecast('a')]));
    const made = live('a', { uid: 'another' });
    const workloads = { functions: () => Promise.resolve([made]), nodes: () => Promise.resolve([]) };
    await apply(forecasts([forecast('a', {})], { cycle: CYCLE + 1 }), { workloads });
    expect(state.stored.functions.get('openfaas-fn/a')).to.include({ uid: 'another', applied: null });
  });

  it('resizes side by side, a bounded number at a time, and answers in the message’s order', async () => {
    const names = Array.from({ length: 40 }, (_, i) => `f${i}`);
    let underWay = 0;
    let most = 0;
    const slow = recordingActuator();
    const actuator: typeof slow = {
      ...slow,
      async apply(change, abort) {
        most = Math.max(most, ++underWay);
        await new Promise((resolve) => setImmediate(resolve));
        underWay--;
        return slow.apply(change, abort);
      },
    };
    const { apply } = world(
      names.map((name) => live(name)),
      actuator,
    );
    const { decisions } = await apply(forecasts(names.map((name) => forecast(name))));
    expect(decisions.map(({ name }) => name)).to.deep.equal(names);
    expect(most).to.be.within(2, 16);
  });
});
