import { expect } from 'chai';
import type { StoredState } from '#core/chain/ports.ts';
import { ForesizeError } from '#core/errors/error.ts';
import type { FunctionState } from '#core/policy/state.ts';
import { readConfigMap, writeConfigMap } from '#platform/kubernetes/config-map.ts';
import type { KubernetesConnection } from '#platform/kubernetes/connect.ts';
import { createConfigMapStateStore } from '#platform/state/configmap-state-store.ts';
import { connectTo, startApi, type RunningApi } from '../../local/kubernetes/running-api.ts';

const stateOf = (uid: string): FunctionState => ({
  uid,
  firstSeenAt: 1,
  original: { cpuRequestCores: null, cpuLimitCores: 0.1, memoryRequestBytes: null, memoryLimitBytes: 1024 },
  applied: null,
  appliedAt: null,
  sizedAt: null,
  changed: [null, null, null, null],
  oom: null,
  latencyFloor: null,
  cpuSecondsUntilReady: null,
  cpuSecondsPerCall: null,
  censoredAt: null,
  armed: [null, null, null, null],
  quarantine: [null, null, null, null],
  gate: null,
  shrunk: null,
  canary: null,
  scaled: null,
  backOff: [],
  hourly: { first: 0, cpu: [], memory: [] },
  daily: { first: 0, cpu: [], memory: [] },
  decisions: [],
});

describe('state in ConfigMaps', () => {
  let running: RunningApi;
  let connection: KubernetesConnection;
  let warnings: object[];
  const { signal } = new AbortController();
  const log = { warn: (fields: object) => void warnings.push(fields) };
  const open = (shardBytes?: number): ReturnType<typeof createConfigMapStateStore> =>
    createConfigMapStateStore(connection, log, shardBytes === undefined ? {} : { shardBytes });
  const version = async (name: string): Promise<string | undefined> =>
    (await readConfigMap(connection, name, signal))?.resourceVersion;

  beforeEach(async () => {
    warnings = [];
    running = await startApi();
    connection = connectTo(running);
  });
  afterEach(async () => {
    connection.close();
    await running.close();
  });

  it('shares a read within the time it may, and still loses to another writer', async () => {
    let now = 0;
    const mine = createConfigMapStateStore(connection, log, { reuseMs: 1000, clock: () => now });
    await mine.load(signal);
    await mine.save(two, signal);
    const theirs = open();
    const changed = { ...(await theirs.load(signal)), suite: { cycles: { '0': 5 } } };
    await theirs.save(changed, signal);
    expect((await mine.load(signal)).suite.cycles).to.deep.equal({ '0': 4 });
    const late = await mine
      .save({ ...two, suite: { cycles: { '0': 6 } } }, signal)
      .catch((error: unknown) => error);
    expect(late).to.be.instanceOf(ForesizeError).with.property('code', 'state-conflict');
    expect((await mine.load(signal)).suite.cycles).to.deep.equal({ '0': 5 });
    now = 1001;
    await theirs.save({ ...changed, suite: { cycles: { '0': 7 } } }, signal);
    expect((await mine.load(signal)).suite.cycles).to.deep.equal({ '0': 7 });
  });

  const two: StoredState = {
    suite: { cycles: { '0': 4 } },
    functions: new Map([
      ['openfaas-fn/a', stateOf('1')],
      ['openfaas-fn/b', stateOf('2')],
    ]),
  };

  it('is empty at first, and then what was saved', async () => {
    const store = open();
    expect(await store.load(signal)).to.deep.equal({ suite: { cycles: {} }, functions: new Map() });
    await store.save(two, signal);
    expect(await open().load(signal)).to.deep.equal(two);
    expect(warnings).to.be.empty;
  });

  it('writes only what differs', async () => {
    const store = open(1500);
    await store.load(signal);
    await store.save(two, signal);
    const names = ['foresize-state-suite', 'foresize-state-0', 'foresize-state-1'];
    const before = await Promise.all(names.map(version));
    await store.save(
      { ...two, functions: new Map(two.functions).set('openfaas-fn/b', stateOf('3')) },
      signal,
    );
    const after = await Promise.all(names.map(version));
    expect(after.slice(0, 2)).to.deep.equal(before.slice(0, 2));
    expect(after[2]).to.not.equal(before[2]);
  });

  it('forgets functions that are no longer there', async () => {
    const store = open();
    await store.load(signal);
    await store.save(two, signal);
    await store.save({ ...two, functions: new Map() }, signal);
    expect((await open().load(signal)).functions.size).to.equal(0);
  });

  it('refuses to write over another writer, and changes nothing then', async () => {
    const first = open();
    const second = open();
    await first.load(signal);
    await second.load(signal);
    await first.save(two, signal);
    const late = { suite: { cycles: { '0': 9 } }, functions: new Map([['openfaas-fn/c', stateOf('3')]]) };
    const error: unknown = await second.save(late, signal).catch((reason: unknown) => reason);
    expect(error).to.be.instanceOf(ForesizeError).and.include({ code: 'state-conflict' });
    expect(await open().load(signal)).to.deep.equal(two);
  });

  it('reports an entry that it cannot read, loses no other, and keeps its text until there is a successor', async () => {
    const store = open();
    await store.load(signal);
    await store.save(two, signal);
    const found = await readConfigMap(connection, 'foresize-state-0', signal);
    const broken = { ...found!.data, 'openfaas-fn.a': '{"uid":' };
    await writeConfigMap(connection, 'foresize-state-0', { ...found!, data: broken }, signal);
    const again = open();
    const loaded = await again.load(signal);
    expect([...loaded.functions.keys()]).to.deep.equal(['openfaas-fn/b']);
    expect(warnings).to.deep.equal([
      { configMap: 'foresize-state-0', key: 'openfaas-fn.a', problem: 'not JSON' },
    ]);
    await again.save({ ...loaded, suite: { cycles: { '0': 5 } } }, signal);
    expect((await readConfigMap(connection, 'foresize-state-0', signal))?.data['openfaas-fn.a']).to.equal(
      '{"uid":',
    );
    await again.save({ ...loaded, functions: two.functions }, signal);
    expect((await open().load(signal)).functions).to.deep.equal(two.functions);
  });
});
