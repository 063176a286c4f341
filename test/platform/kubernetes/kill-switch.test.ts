import { expect } from 'chai';
import type { Actuator, PodChange } from '#core/chain/ports.ts';
import { readConfigMap, writeConfigMap } from '#platform/kubernetes/config-map.ts';
import type { KubernetesConnection } from '#platform/kubernetes/connect.ts';
import { createKillSwitch, KILL_SWITCH, stoppable } from '#platform/kubernetes/kill-switch.ts';
import { connectTo, startApi, type RunningApi } from '../../local/kubernetes/running-api.ts';

const { signal } = new AbortController();

describe('the kill switch', () => {
  let running: RunningApi;
  let connection: KubernetesConnection;

  const connectWith = (token: string): KubernetesConnection => connectTo(running, { token });
  const stopSeenByWriter = async (): Promise<string | null> => {
    const writer = connectWith(running.api.identities.writer.token);
    try {
      return await createKillSwitch(writer)(signal);
    } finally {
      writer.close();
    }
  };
  const put = async (data: Record<string, string>): Promise<void> => {
    const resourceVersion = (await readConfigMap(connection, KILL_SWITCH.name, signal))?.resourceVersion;
    const draft = { data, resourceVersion: resourceVersion ?? null };
    await writeConfigMap(connection, KILL_SWITCH.name, draft, signal);
  };

  beforeEach(async () => {
    running = await startApi();
    connection = connectWith(running.api.identities.admin.token);
  });
  afterEach(async () => {
    connection.close();
    await running.close();
  });

  it('is made by the local platform at its start, and lets writes go on', async () => {
    expect(await stopSeenByWriter()).to.equal(null);
  });

  it('lets writes go on where it says on', async () => {
    await put({ writes: 'on' });
    expect(await stopSeenByWriter()).to.equal(null);
  });

  for (const value of ['off', 'OFF', 'false', '']) {
    it(`stops writes where it says ${JSON.stringify(value)}`, async () => {
      await put({ writes: value });
      expect(await stopSeenByWriter()).to.contain(`writes is ${JSON.stringify(value)}`);
    });
  }

  it('stops writes where it is missing', async () => {
    await connection
      .core(signal)
      .deleteNamespacedConfigMap({ name: KILL_SWITCH.name, namespace: 'openfaas-fn' });
    expect(await stopSeenByWriter()).to.contain('is missing');
  });

  it('stops writes where it may not be read', async () => {
    const reader = connectWith(running.api.identities.reader.token);
    expect(await createKillSwitch(reader)(signal)).to.contain('could not be read');
    reader.close();
  });
});

describe('an actuator behind the kill switch', () => {
  const facts = { pod: 'qrcode-1' } as PodChange['pod'];
  const to = { cpuRequestCores: 1, cpuLimitCores: 1, memoryRequestBytes: 1, memoryLimitBytes: 1 };
  let writes = 0;
  const actuator: Actuator = {
    name: 'kubernetes',
    plan: () => [],
    apply: ({ pod }) => {
      writes += 1;
      return Promise.resolve({ pod: pod.pod, result: 'applied', detail: '' });
    },
  };

  beforeEach(() => {
    writes = 0;
  });

  it('asks before each write and says why it wrote nothing', async () => {
    const stops = [null, 'no writes: off', null];
    const guarded = stoppable(actuator, () => Promise.resolve(stops.shift() ?? null));
    const results = [];
    for (let turn = 0; turn < 3; turn += 1) results.push(await guarded.apply({ pod: facts, to }, signal));
    expect(results.map(({ result }) => result)).to.deep.equal(['applied', 'refused', 'applied']);
    expect(results[1]?.detail).to.equal('no writes: off');
    expect(writes).to.equal(2);
  });
});
