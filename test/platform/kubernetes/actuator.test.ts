import { expect } from 'chai';
import type { PodChange } from '#core/chain/ports.ts';
import { ForesizeError } from '#core/errors/error.ts';
import type { Resources } from '#core/usage/reading.ts';
import { createKubernetesActuator, type KubernetesActuator } from '#platform/kubernetes/actuator.ts';
import type { KubernetesConnection } from '#platform/kubernetes/connect.ts';
import { createCycleStore } from '#platform/kubernetes/cycle-store.ts';
import { stoppable } from '#platform/kubernetes/kill-switch.ts';
import { createNoneActuator } from '#platform/kubernetes/none-actuator.ts';
import { createKubernetesWorkloads } from '#platform/kubernetes/workloads.ts';
import { connectTo, startApi, type RunningApi } from '../../local/kubernetes/running-api.ts';
import { failure } from '../../support/failure.ts';
import { NO_RESOURCES } from '../../support/no-resources.ts';

const MIB = 2 ** 20;

describe('the kubernetes actuator', () => {
  let running: RunningApi;
  let connection: KubernetesConnection;
  let actuator: KubernetesActuator;
  const { signal } = new AbortController();

  async function planned(to: Resources): Promise<PodChange> {
    const [target] = await createKubernetesWorkloads(connection).functions(signal);
    return actuator.plan(target!, to)[0]!;
  }

  /** Whatever differs from what is in force and `holds` says so is held up with the reason, and all of the pod with it. */
  function holdUp(reason: string, holds: (desired: Resources, inForce: Resources) => boolean): Resources[] {
    const asked: Resources[] = [];
    const { workloads } = running;
    const resize = workloads.resize.bind(workloads);
    workloads.resize = (namespace, name, desired) => {
      const { inForce } = workloads.pod(namespace, name)!;
      asked.push(desired);
      const after = resize(namespace, name, desired);
      const about = {
        reason,
        message: 'says why',
        observedGeneration: after.generation,
        changedAtMs: 1,
        status: 'True',
      } as const;
      const type = reason === 'Error' || reason === 'InProgress' ? 'PodResizeInProgress' : 'PodResizePending';
      const held = holds(desired, inForce)
        ? { ...after, inForce, conditions: [{ type, ...about }] as const }
        : { ...after, conditions: [] };
      workloads.put(held);
      return held;
    };
    return asked;
  }

  const memoryDiffers = (desired: Resources, inForce: Resources): boolean =>
    desired.memoryLimitBytes !== inForce.memoryLimitBytes;
  const requestGrows = (desired: Resources, inForce: Resources): boolean =>
    (desired.cpuRequestCores ?? 0) > (inForce.cpuRequestCores ?? 0);
  const thePod = () => running.workloads.pods()[0]!;

  beforeEach(async () => {
    running = await startApi();
    connection = connectTo(running);
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

  it('takes an infeasible resize back, so that it holds up no other, and says why', async () => {
    holdUp('Infeasible', memoryDiffers);
    const change = await planned({ ...NO_RESOURCES, cpuLimitCores: 0.4, memoryLimitBytes: 300 * MIB });
    expect(await actuator.apply(change, signal)).to.deep.equal({
      pod: change.pod.pod,
      result: 'applied',
      detail: 'CPU in force; memory Infeasible: says why',
      condition: 'Infeasible',
      refused: ['memory'],
    });
    expect(thePod().desired).to.include({ cpuLimitCores: 0.4, memoryLimitBytes: 256 * MIB });
    expect(thePod().inForce).to.deep.equal(thePod().desired);
    expect(thePod().conditions).to.be.empty;
  });

  it('lets a deferred resize wait in the pod, and asks for nothing while it does', async () => {
    const asked = holdUp('Deferred', requestGrows);
    const change = await planned({ ...NO_RESOURCES, cpuRequestCores: 0.08 });
    const waits = {
      pod: change.pod.pod,
      result: 'pending',
      detail: 'Deferred: says why (the kubelet applies it once there is room)',
      condition: 'Deferred',
    };
    expect(await actuator.apply(change, signal)).to.deep.equal(waits);
    expect(await actuator.apply(change, signal)).to.deep.equal(waits);
    expect(await actuator.readBack(change, signal)).to.deep.equal(waits);
    expect(asked).to.have.length(1);
    const [target] = await createKubernetesWorkloads(connection).functions(signal);
    expect(actuator.plan(target!, change.to)).to.be.empty;
    expect(target?.pods[0]?.resize).to.deep.equal({ reason: 'Deferred', message: 'says why' });
  });

  it('raises a limit and memory at once while a CPU request waits for room', async () => {
    holdUp('Deferred', requestGrows);
    const sizes = { cpuRequestCores: 0.08, cpuLimitCores: 0.4, memoryLimitBytes: 300 * MIB };
    const change = await planned({ ...NO_RESOURCES, ...sizes });
    expect(await actuator.apply(change, signal)).to.include({ result: 'pending', condition: 'Deferred' });
    expect(thePod().inForce).to.include({
      cpuRequestCores: 0.05,
      cpuLimitCores: 0.4,
      memoryLimitBytes: 300 * MIB,
    });
    expect(thePod().desired).to.include(sizes);
  });

  for (const reason of ['Error', 'InProgress']) {
    it(`puts a memory limit below use back for a CPU rescue, and asks for it again after (${reason})`, async () => {
      const asked = holdUp(reason, memoryDiffers);
      await actuator.apply(await planned({ ...NO_RESOURCES, memoryLimitBytes: 80 * MIB }), signal);
      expect(thePod().desired.memoryLimitBytes).to.equal(80 * MIB);
      const rescue = await planned({ ...NO_RESOURCES, cpuLimitCores: 0.4 });
      expect(await actuator.apply(rescue, signal)).to.include({ result: 'applied' });
      expect(thePod().inForce).to.include({ cpuLimitCores: 0.4, memoryLimitBytes: 256 * MIB });
      expect(
        asked.slice(1).map(({ cpuLimitCores, memoryLimitBytes }) => [cpuLimitCores, memoryLimitBytes]),
      ).to.deep.equal([
        [0.4, 256 * MIB],
        [0.4, 80 * MIB],
      ]);
    });
  }

  it('reads and asks again where another changed the pod in between', async () => {
    const change = await planned({ ...NO_RESOURCES, cpuLimitCores: 0.4 });
    let changes = 0;
    const core = (aborted: AbortSignal) => {
      const api = connection.core(aborted);
      const read = api.readNamespacedPod.bind(api);
      api.readNamespacedPod = async (request) => {
        const found = await read(request);
        changes += 1;
        // After the second look, which the patch rests on.
        if (changes === 2 || changes === 3) running.workloads.put({ ...thePod(), restarts: changes });
        return found;
      };
      return api;
    };
    const contested = createKubernetesActuator({ ...connection, core }, { followMs: 500, pollMs: 10 });
    expect(await contested.apply(change, signal)).to.include({ result: 'applied' });
    expect(thePod().restarts).to.equal(3);
    expect(thePod().desired.cpuLimitCores).to.equal(0.4);
  });

  it('rehearses: the API server judges, and nothing changes', async () => {
    const change = await planned({ ...NO_RESOURCES, cpuLimitCores: 0.4 });
    const outcome = await actuator.rehearse(change, signal);
    expect(outcome).to.include({ result: 'dry-run', detail: 'dry run: the API server would accept it' });
    const wrong = { ...change, to: { ...NO_RESOURCES, cpuRequestCores: 9 } };
    expect((await actuator.rehearse(wrong, signal)).detail).to.include(
      'must be less than or equal to cpu limit',
    );
    expect(running.workloads.resizes).to.equal(0);
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
    const nowhere = connectTo(running, { port: 1 });
    expect((await createKubernetesActuator(nowhere).apply(change, signal)).result).to.equal('failed');
    nowhere.close();
  });

  it('counts as on its way what an API server took that is away since', async () => {
    const change = await planned({ ...NO_RESOURCES, cpuLimitCores: 0.4, memoryLimitBytes: 300 * MIB });
    const { workloads } = running;
    const resize = workloads.resize.bind(workloads);
    workloads.resize = (...wish) => {
      const after = resize(...wish);
      workloads.pod = () => {
        throw new Error('going down');
      };
      return after;
    };
    const outcome = await actuator.apply(change, signal);
    expect(outcome).to.include({ result: 'pending', condition: 'InProgress' });
    expect(outcome.detail).to.include('not heard of since');
    expect(workloads.resizes).to.equal(1);
  });

  describe('behind the kill switch', () => {
    const OFF = 'no writes: writes is "off"';
    const both = { ...NO_RESOURCES, cpuLimitCores: 0.4, memoryLimitBytes: 300 * MIB };

    /** Lets so many writes through, and none after. */
    function stoppedAfter(writes: number) {
      let left = writes;
      const asked: number[] = [];
      const writeStop = () => {
        asked.push(running.workloads.resizes);
        left -= 1;
        return Promise.resolve(left >= 0 ? null : OFF);
      };
      return { asked, guarded: stoppable(actuator, writeStop) };
    }

    it('asks before each patch', async () => {
      const { asked, guarded } = stoppedAfter(2);
      expect(await guarded.apply(await planned(both), signal)).to.include({ result: 'applied' });
      expect(asked).to.deep.equal([0, 1]);
    });

    it('writes nothing more once it is off, and says what was left', async () => {
      const outcome = await stoppedAfter(1).guarded.apply(await planned(both), signal);
      expect(outcome).to.deep.include({ result: 'pending', detail: `CPU in force; memory ${OFF}` });
      expect(outcome.refused).to.equal(undefined);
      expect(running.workloads.resizes).to.equal(1);
      expect(thePod().desired).to.include({ cpuLimitCores: 0.4, memoryLimitBytes: 256 * MIB });
    });

    it('refuses where nothing was written', async () => {
      const change = await planned(both);
      const outcome = await stoppedAfter(0).guarded.apply(change, signal);
      expect(outcome).to.deep.equal({ pod: change.pod.pod, result: 'refused', detail: OFF });
      expect(running.workloads.resizes).to.equal(0);
    });

    it('takes not even an infeasible resize back', async () => {
      holdUp('Infeasible', memoryDiffers);
      await stoppedAfter(2).guarded.apply(await planned(both), signal);
      expect(running.workloads.resizes).to.equal(2);
    });

    it('is not asked by a rehearsal, which changes nothing', async () => {
      const { asked, guarded } = stoppedAfter(0);
      expect(await guarded.rehearse?.(await planned(both), signal)).to.include({ result: 'dry-run' });
      expect(asked).to.be.empty;
    });
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
      const stranger = connectTo(running, { token: 'unknown' });
      const error = await failure(createKubernetesWorkloads(stranger).functions(signal));
      expect(error).to.be.instanceOf(ForesizeError).and.include({ code: 'kubernetes-refused' });
      stranger.close();
    });

    it('names the API server that does not answer', async () => {
      const nowhere = connectTo(running, { port: 1 });
      const error = await failure(createKubernetesWorkloads(nowhere).nodes(signal));
      expect(error).to.be.instanceOf(ForesizeError).and.include({ code: 'kubernetes-unavailable' });
      expect(error).to.have.property('message').that.includes('https://127.0.0.1:1');
      nowhere.close();
    });

    it('says that the ConfigMap of the cycles is missing', async () => {
      const elsewhere = connectTo(running, {
        token: running.api.identities.admin.token,
        namespace: 'default',
      });
      const error = await failure(createCycleStore(elsewhere, 15_000).claim(1, signal));
      expect(error).to.be.instanceOf(ForesizeError).and.include({ code: 'cycle-store-missing' });
      elsewhere.close();
    });
  });
});
