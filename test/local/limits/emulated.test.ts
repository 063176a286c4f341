import { expect } from 'chai';
import { delegationHint } from '../../../local/limits/choose-limiter.ts';
import type { LocalWorkloads, PodCounters } from '../../../local/workloads/model.ts';
import { eventually } from '../../support/eventually.ts';
import { call, NAMESPACE, readyPod, specOf, startPlatform, type Platform } from '../workloads/platform.ts';

describe('emulated limits', function () {
  let platform: Platform;
  let workloads: LocalWorkloads;

  before(async function () {
    if (process.platform !== 'linux') {
      this.test!.title += ' (skipped: emulation needs Linux)';
      this.skip();
    }
    platform = await startPlatform({ enforcement: 'emulated' });
    ({ workloads } = platform);
  });

  after(() => platform.close());

  const countersOf = (uid: string): PodCounters | undefined =>
    workloads.counters().find(({ podUid }) => podUid === uid);

  it('say that they are, and give no advice where they were asked for', () => {
    expect(workloads.enforcement).to.have.property('kind', 'emulated');
    expect(workloads.enforcement.summary).to.include('emulated').and.to.not.include('systemd-run');
  });

  it('name the way to the kernel’s only where cgroup v2 is what there is, under systemd', () => {
    const v2 = { mountPoint: '/sys/fs/cgroup', own: '/sys/fs/cgroup/user.slice' };
    const v1 = new Map([['memory', '/sys/fs/cgroup/memory']]);
    expect(delegationHint({ v1: new Map(), v2 }, true)).to.include('systemd-run');
    expect(delegationHint({ v1, v2 }, true)).to.equal(null);
    expect(delegationHint({ v1: new Map(), v2: null }, true)).to.equal(null);
    expect(delegationHint({ v1: new Map(), v2 }, false)).to.equal(null);
  });

  it('hold a busy process to about its share, count as the kernel does, and change in place', async () => {
    workloads.deploy(specOf('busy', { limits: { cpu: '200m' } }));
    const pod = await readyPod(workloads, 'busy');
    await call(workloads, 'busy', '/burn');
    const from = await eventually(() => countersOf(pod.uid));
    const to = await eventually(() => {
      const now = countersOf(pod.uid);
      return now && now.cpuSeconds - from.cpuSeconds > 0.3 ? now : undefined;
    });
    const share = (to.cpuSeconds - from.cpuSeconds) / ((to.atMs - from.atMs) / 1000);
    expect(share).to.be.within(0.1, 0.3);
    const stretch =
      ((to.throttledSeconds ?? 0) - (from.throttledSeconds ?? 0)) / (to.cpuSeconds - from.cpuSeconds);
    expect(stretch).to.be.within(1.5, 8);
    expect(to.throttledPeriods).to.be.within(5, to.periods ?? 0);

    workloads.resize(NAMESPACE, pod.name, { ...pod.desired, cpuRequestCores: 0.2, cpuLimitCores: 8 });
    const freed = await eventually(() => {
      const now = countersOf(pod.uid);
      return now?.limits.cpuCores === 8 ? now : undefined;
    });
    const later = await eventually(() => {
      const now = countersOf(pod.uid);
      return now && now.cpuSeconds - freed.cpuSeconds > 0.3 ? now : undefined;
    });
    // The period in which the limit changed may count.
    expect((later.throttledPeriods ?? 0) - (freed.throttledPeriods ?? 0)).to.be.at.most(1);
    expect(workloads.pod(NAMESPACE, pod.name)).to.include({ pid: pod.pid, restarts: 0 });
  });

  it('end a process that outgrows its memory limit, as an OOM kill', async () => {
    workloads.deploy(specOf('grow', { limits: { memory: '96Mi' } }));
    const pod = await readyPod(workloads, 'grow');
    await call(workloads, 'grow', '/hold/120');
    const after = await eventually(() => {
      const now = workloads.pod(NAMESPACE, pod.name);
      return now?.ready && now.restarts === 1 ? now : undefined;
    });
    expect(after.lastTermination).to.include({ reason: 'OOMKilled', exitCode: 137 });
  });
});
