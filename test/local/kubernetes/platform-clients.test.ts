import { expect } from 'chai';
import type { KubernetesConnection } from '#platform/kubernetes/connect.ts';
import { createKubernetesActuator } from '#platform/kubernetes/actuator.ts';
import { createCycleStore } from '#platform/kubernetes/cycle-store.ts';
import { createKubernetesWorkloads } from '#platform/kubernetes/workloads.ts';
import { createConfigMapStateStore } from '#platform/state/configmap-state-store.ts';
import { connectTo, startApi, type RunningApi } from './running-api.ts';

describe('Foresize’s own clients on the local Kubernetes API', () => {
  let running: RunningApi;
  let reader: KubernetesConnection;
  let writer: KubernetesConnection;
  const { signal } = new AbortController();
  before(async () => {
    running = await startApi();
    reader = connectTo(running, { token: running.api.identities.reader.token });
    writer = connectTo(running);
  });
  after(async () => {
    reader.close();
    writer.close();
    await running.close();
  });

  it('claim a cycle once as the reader, in the ConfigMap that the platform made', async () => {
    const store = createCycleStore(reader, 15_000);
    expect(await store.claim(7, signal)).to.equal(true);
    expect(await store.claim(7, signal)).to.equal(false);
    const together = await Promise.all([
      store.claim(8, signal),
      createCycleStore(reader, 15_000).claim(8, signal),
    ]);
    expect(together.filter(Boolean)).to.have.lengthOf(1);
  });

  it('claim cycles again when their period has become longer, and so their numbers smaller', async () => {
    expect(await createCycleStore(reader, 15_000).claim(119_704_765, signal)).to.equal(true);
    const store = createCycleStore(reader, 60_000);
    expect(await store.claim(29_926_191, signal)).to.equal(true);
    expect(await store.claim(29_926_191, signal)).to.equal(false);
  });

  it('keep state as the writer', async () => {
    const log = { warn: () => undefined };
    const store = createConfigMapStateStore(writer, log);
    const empty = await store.load(signal);
    await store.save({ ...empty, suite: { cycles: { '0': 3 } } }, signal);
    const loaded = await createConfigMapStateStore(writer, log).load(signal);
    expect(loaded.suite.cycles).to.deep.equal({ '0': 3 });
  });

  it('see the functions, and resize their pods as the writer', async () => {
    const workloads = createKubernetesWorkloads(writer);
    const [qrcode] = await workloads.functions(signal);
    const [pod] = qrcode?.pods ?? [];
    expect(qrcode).to.deep.include({ name: 'qrcode', replicas: 1 });
    expect(pod).to.deep.include({ qosClass: 'Burstable', ready: true, restarts: 0 });
    expect(await workloads.nodes(signal)).to.deep.equal([
      {
        name: 'local',
        allocatableCpuCores: 2,
        allocatableMemoryBytes: 4 * 2 ** 30,
        pressures: [],
        kubeletVersion: 'v1.34.0',
      },
    ]);
    const to = { ...pod!.desired, cpuLimitCores: 0.4, memoryRequestBytes: 48 * 2 ** 20 };
    const outcome = await createKubernetesActuator(writer).apply({ pod: pod!, to }, signal);
    expect(outcome).to.include({ result: 'applied' });
    expect(running.workloads.pods()[0]?.inForce).to.deep.equal(to);
    const refused = await createKubernetesActuator(reader).apply(
      { pod: pod!, to: { ...to, cpuLimitCores: 0.5 } },
      signal,
    );
    expect(refused.result).to.not.equal('applied');
    expect(running.workloads.pods()[0]?.inForce.cpuLimitCores).to.equal(0.4);
  });
});
