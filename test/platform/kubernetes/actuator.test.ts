import { expect } from 'chai';
import type { PodChange } from '#core/chain/ports.ts';
import { ForesizeError } from '#core/errors/error.ts';
import type { Resources } from '#core/usage/reading.ts';
import { createKubernetesActuator, type KubernetesActuator } from '#platform/kubernetes/actuator.ts';
import { connectKubernetes, type KubernetesConnection } from '#platform/kubernetes/connect.ts';
import { createCycleStore } from '#platform/kubernetes/cycle-store.ts';
import { createNoneActuator } from '#platform/kubernetes/none-actuator.ts';
import { createKubernetesWorkloads } from '#platform/kubernetes/workloads.ts';
import { startApi, type RunningApi } from '../../local/kubernetes/running-api.ts';
import { failure } from '../../support/failure.ts';
import { NO_RESOURCES } from '../../support/no-resources.ts';

const MIB = 2 ** 20;

describe('the kubernetes actuator', () => {
  let running: RunningApi;
  let connection: KubernetesConnection;
  let actuator: KubernetesActuator;
  const { signal } = new AbortController();

  function connect(
    changes: { token?: string; port?: number; namespace?: string } = {},
  ): KubernetesConnection {
    const { host, port, caPem, identities } = running.api;
    const target = {
      host,
      port,
      caPem,
      token: identities.writer.token,
      namespace: 'openfaas-fn',
      ...changes,
    };
    return connectKubernetes(target);
  }

  async function planned(to: Resources): Promise<PodChange> {
    const [target] = await createKubernetesWorkloads(connection).functions(signal);
    return actuator.plan(target!, to)[0]!;
  }

  /** The pod's resize of this resource is held up with the reason; the other one's goes through. */
  function holdUp(resource: 'cpu' | 'memory', reason: string): Resources[] {
    const asked: Resources[] = [];
    const { workloads } = running;
    const resize = workloads.resize.bind(workloads);
    workloads.resize = (namespace, name, desired) => {
      const before = workloads.pod(namespace, name)!;
      asked.push(desired);
      const after = resize(namespace, name, desired);
      const changed =
        resource === 'cpu'
          ? before.desired.cpuLimitCores !== desired.cpuLimitCores
          : before.desired.memoryLimitBytes !== desired.memoryLimitBytes;
      if (!changed) return after;
      const about = { reason, message: 'says why', observedGeneration: after.generation, changedAtMs: 1 };
      const held = {
        ...after,
        inForce: before.inForce,
        conditions: [{ type: 'PodResizePending', status: 'True', ...about }] as const,
      };
      workloads.put(held);
      return held;
    };
    return asked;
  }

  beforeEach(async () => {
    running = await startApi();
    connection = connect();
    actuator = createKubernetesActuator(connection, { followMs: 500, pollMs: 10 });
  });
  afterEach(async () => {
    connection.close();
    await running.close();
  });

  it('asks for CPU first and for memory in a patch of its own', async () => {
    const change = await planned({ ...NO_RESOURCES, cpuLimitCores: 0.4, memoryLimitBytes: 300 * MIB });
    expect(await actuator.apply(change, signal)).to.deep.equal({
      pod: change.pod.pod,
      result: 'applied',
      detail: 'in force',
    });
    expect(running.workloads.resizes).to.equal(2);
    expect(running.workloads.pods()[0]?.inForce).to.include({
      cpuLimitCores: 0.4,
      memoryLimitBytes: 300 * MIB,
    });
    expect(await actuator.readBack(change, signal)).to.include({ result: 'applied' });
  });

  it('writes nothing for a value that stands already', async () => {
    const change = await planned({ ...NO_RESOURCES, cpuLimitCores: 0.4 });
    await actuator.apply(change, signal);
    expect(await actuator.apply(change, signal)).to.include({ result: 'applied' });
    expect(running.workloads.resizes).to.equal(1);
    const [target] = await createKubernetesWorkloads(connection).functions(signal);
    expect(actuator.plan(target!, change.to)).to.be.empty;
  });

  it('keeps CPU where memory is held up, and says why', async () => {
    holdUp('memory', 'Infeasible');
    const change = await planned({ ...NO_RESOURCES, cpuLimitCores: 0.4, memoryLimitBytes: 300 * MIB });
    const outcome = { pod: change.pod.pod, result: 'pending', detail: 'Infeasible: says why' };
    expect(await actuator.apply(change, signal)).to.deep.equal(outcome);
    expect(running.workloads.pods()[0]?.inForce).to.include({ memoryLimitBytes: 256 * MIB });
    expect(running.workloads.pods()[0]?.desired.cpuLimitCores).to.equal(0.4);
    expect(await actuator.readBack(change, signal)).to.deep.equal(outcome);
  });

  it('does not ask for memory while CPU is held up', async () => {
    const asked = holdUp('cpu', 'Deferred');
    const change = await planned({ ...NO_RESOURCES, cpuLimitCores: 0.4, memoryLimitBytes: 300 * MIB });
    expect(await actuator.apply(change, signal)).to.include({
      result: 'pending',
      detail: 'Deferred: says why',
    });
    expect(asked.map((resources) => resources.memoryLimitBytes)).to.deep.equal([256 * MIB]);
  });

  it('refuses to change the QoS class, without asking', async () => {
    const to = { cpuRequestCores: 1, cpuLimitCores: 1, memoryRequestBytes: MIB, memoryLimitBytes: MIB };
    const outcome = await actuator.apply(await planned(to), signal);
    expect(outcome.result).to.equal('refused');
    expect(outcome.detail).to.include('Burstable pod Guaranteed');
    expect(running.workloads.resizes).to.equal(0);
  });

  it("passes the API server's refusal on", async () => {
    const outcome = await actuator.apply(await planned({ ...NO_RESOURCES, cpuLimitCores: 65 }), signal);
    expect(outcome.result).to.equal('refused');
    expect(outcome.detail).to.include('64 cores');
  });

  it('refuses a pod that is gone, and one that took its name', async () => {
    const change = await planned({ ...NO_RESOURCES, cpuLimitCores: 0.4 });
    const other = { ...change, pod: { ...change.pod, uid: 'another' } };
    expect((await actuator.apply(other, signal)).detail).to.include('is gone');
    running.workloads.drop(running.workloads.pods()[0]!);
    expect(await actuator.apply(change, signal)).to.include({ result: 'refused' });
    expect(running.workloads.resizes).to.equal(0);
  });

  it('fails, and throws nothing, where no API server answers', async () => {
    const change = await planned({ ...NO_RESOURCES, cpuLimitCores: 0.4 });
    const nowhere = connect({ port: 1 });
    expect((await createKubernetesActuator(nowhere).apply(change, signal)).result).to.equal('failed');
    nowhere.close();
  });

  it('stops when it is told to', async () => {
    const change = await planned({ ...NO_RESOURCES, cpuLimitCores: 0.4 });
    const error: unknown = await actuator
      .apply(change, AbortSignal.abort(new Error('stop')))
      .catch((e: unknown) => e);
    expect(error).to.be.instanceOf(Error).with.property('message', 'stop');
    expect(running.workloads.resizes).to.equal(0);
  });

  it('has a sibling that changes nothing', async () => {
    const change = await planned({ ...NO_RESOURCES, cpuLimitCores: 0.4 });
    expect(await createNoneActuator().apply(change, signal)).to.include({ result: 'refused' });
    expect(running.workloads.resizes).to.equal(0);
  });

  describe('on errors around it', () => {
    it('names the right that is missing', async () => {
      const stranger = connect({ token: 'unknown' });
      const error = await failure(createKubernetesWorkloads(stranger).functions(signal));
      expect(error).to.be.instanceOf(ForesizeError).and.include({ code: 'kubernetes-refused' });
      stranger.close();
    });

    it('names the API server that does not answer', async () => {
      const nowhere = connect({ port: 1 });
      const error = await failure(createKubernetesWorkloads(nowhere).nodes(signal));
      expect(error).to.be.instanceOf(ForesizeError).and.include({ code: 'kubernetes-unavailable' });
      expect(error).to.have.property('message').that.includes('https://127.0.0.1:1');
      nowhere.close();
    });

    it('says that the ConfigMap of the cycles is missing', async () => {
      const elsewhere = connect({ token: running.api.identities.admin.token, namespace: 'default' });
      const error = await failure(createCycleStore(elsewhere, 15_000).claim(1, signal));
      expect(error).to.be.instanceOf(ForesizeError).and.include({ code: 'cycle-store-missing' });
      elsewhere.close();
    });
  });
});
