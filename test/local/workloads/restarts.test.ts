import { expect } from 'chai';
import type { LocalWorkloads } from '../../../local/workloads/model.ts';
import { eventually } from '../../support/eventually.ts';
import {
  BROKEN_IMAGE,
  call,
  FORK_IMAGE,
  podsOf,
  readyPod,
  specOf,
  startPlatform,
  type Platform,
} from './platform.ts';

describe('restarts in place', () => {
  let platform: Platform;
  let workloads: LocalWorkloads;

  before(async () => {
    const probes = { startupPeriodMs: 20, initialDelayMs: 1500, periodMs: 200, timeoutMs: 500 };
    platform = await startPlatform({ probes, graceMs: 300, backOff: { baseMs: 400 } });
    ({ workloads } = platform);
  });

  after(() => platform.close());

  it('restarts a crashed process at once the first time, in the same pod, and tells how it ended', async () => {
    workloads.deploy(specOf('crash'));
    const before = await readyPod(workloads, 'crash');
    await call(workloads, 'crash', '/crash/3');
    const after = await eventually(async () => {
      const pod = await readyPod(workloads, 'crash');
      return pod.restarts > before.restarts ? pod : undefined;
    });
    expect(after).to.include({ uid: before.uid, name: before.name });
    expect(after.pid).not.to.equal(before.pid);
    expect(after.lastTermination).to.include({ reason: 'Error', exitCode: 3 });
    await call(workloads, 'crash', '/crash/0');
    await eventually(() => podsOf(workloads, 'crash')[0]?.lastTermination?.reason === 'Completed');
  });

  it('waits longer before each further restart', async () => {
    const waits: string[] = [];
    const unsubscribe = workloads.subscribe((event) => {
      if (event.kind === 'pod' && event.pod.functionName === 'loop')
        waits.push(event.pod.waiting ?? 'running');
    });
    workloads.deploy(specOf('loop', { image: BROKEN_IMAGE }));
    await eventually(() => podsOf(workloads, 'loop')[0]?.waiting === 'CrashLoopBackOff');
    expect(podsOf(workloads, 'loop')[0]).to.include({ restarts: 1, ready: false });
    await eventually(() => podsOf(workloads, 'loop')[0]?.restarts === 2);
    unsubscribe();
    expect(waits.indexOf('CrashLoopBackOff')).to.be.greaterThan(waits.indexOf('running'));
    expect(workloads.logs('openfaas-fn', 'loop').map(({ text }) => text)).to.include('no such luck');
    workloads.remove('openfaas-fn', 'loop');
    await eventually(() => podsOf(workloads, 'loop').length === 0);
  });

  it('takes a process that hangs out of service, and restarts it after three failed probes', async () => {
    workloads.deploy(specOf('hang'));
    const before = await readyPod(workloads, 'hang');
    const hanging = call(workloads, 'hang', '/hang');
    const after = await eventually(
      async () => {
        const pod = await readyPod(workloads, 'hang');
        return pod.restarts > before.restarts ? pod : undefined;
      },
      { timeoutMs: 10_000 },
    );
    expect(await hanging).to.equal(null);
    expect(after.pid).not.to.equal(before.pid);
    expect(after.lastTermination?.reason).to.equal('Error');
  });

  it('kills the process that outgrows its memory limit, counts it, and restarts it with the same limit', async function () {
    if (!workloads.enforcement.kind.startsWith('cgroup')) {
      this.test!.title += ' (skipped: cgroups are not writable here)';
      this.skip();
    }
    workloads.deploy(specOf('grow', { limits: { memory: '96Mi' } }));
    const before = await readyPod(workloads, 'grow');
    await call(workloads, 'grow', '/grow');
    const after = await eventually(async () => {
      const pod = await readyPod(workloads, 'grow');
      return pod.restarts > before.restarts ? pod : undefined;
    });
    expect(after.lastTermination).to.include({ reason: 'OOMKilled', exitCode: 137 });
    expect(after.inForce).to.deep.equal(before.inForce);
  });

  it('counts a forked child that is killed for memory while the first process lives', async function () {
    if (!workloads.enforcement.kind.startsWith('cgroup')) {
      this.test!.title += ' (skipped: cgroups are not writable here)';
      this.skip();
    }
    const envProcess = 'tail /dev/zero';
    workloads.deploy(specOf('child', { image: FORK_IMAGE, envProcess, limits: { memory: '128Mi' } }));
    const before = await readyPod(workloads, 'child');
    await call(workloads, 'child', '/');
    await eventually(() =>
      workloads.counters().some(({ podUid, oomEvents }) => podUid === before.uid && oomEvents === 1),
    );
    expect((await readyPod(workloads, 'child')).pid).to.equal(before.pid);
  });
});
