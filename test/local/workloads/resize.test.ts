import { expect } from 'chai';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Resources } from '#core/usage/reading.ts';
import { readCgroupMounts } from '../../../local/limits/cgroup-mounts.ts';
import type { LocalWorkloads, Pod } from '../../../local/workloads/model.ts';
import { eventually } from '../../support/eventually.ts';
import { call, NAMESPACE, readyPod, specOf, startPlatform, type Platform } from './platform.ts';

const MI = 2 ** 20;

describe('resize in place', () => {
  let platform: Platform;
  let workloads: LocalWorkloads;

  before(async () => {
    platform = await startPlatform();
    ({ workloads } = platform);
  });

  after(() => platform.close());

  const deployed = async (name: string): Promise<Pod> => {
    workloads.deploy(
      specOf(name, { limits: { cpu: '200m', memory: '128Mi' }, requests: { cpu: '100m', memory: '64Mi' } }),
    );
    return readyPod(workloads, name);
  };
  const current = (pod: Pod): Pod => workloads.pod(NAMESPACE, pod.name) ?? pod;
  const resize = (pod: Pod, change: Partial<Resources>): Pod =>
    workloads.resize(NAMESPACE, pod.name, { ...pod.desired, ...change });
  const messageOf = (act: () => Pod): string => {
    try {
      act();
      return 'accepted';
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  };
  const kernelFile = (pid: number, controller: string, file: string): string => {
    const own = readFileSync(`/proc/${pid}/cgroup`, 'utf8');
    const path = new RegExp(`:(?:[^:]*,)?${controller}(?:,[^:]*)?:(.*)`).exec(own)?.[1] ?? '';
    const mount = `/sys/fs/cgroup/${controller}`;
    return readFileSync(join(mount, path, file), 'utf8').trim();
  };

  it('puts new limits in force without a restart, and the restarted process keeps them', async () => {
    const pod = await deployed('grown');
    const answer = resize(pod, { cpuLimitCores: 0.7, memoryLimitBytes: 192 * MI });
    expect(answer.desired).to.include({ cpuLimitCores: 0.7, memoryLimitBytes: 192 * MI });
    expect(answer.generation).to.equal(2);
    const after = await eventually(() => (current(pod).observedGeneration === 2 ? current(pod) : undefined));
    expect(after.inForce).to.deep.equal(answer.desired);
    expect(after).to.include({ pid: pod.pid, restarts: 0 });
    expect(after.conditions.map(({ type }) => type)).to.deep.equal(['Ready']);
    await call(workloads, 'grown', '/crash/1');
    await eventually(() => current(pod).ready && current(pod).restarts === 1);
    expect(current(pod).inForce).to.deep.equal(answer.desired);
  });

  it("changes the kernel's own files", async function () {
    if (!existsSync('/sys/fs/cgroup/cpu/cgroup.procs') || workloads.enforcement.kind !== 'cgroup-v1') {
      this.test!.title += ' (skipped: no writable cgroup v1 here)';
      this.skip();
    }
    expect(readCgroupMounts().v1.has('cpu')).to.equal(true);
    const pod = await deployed('files');
    const pid = pod.pid ?? 0;
    expect(kernelFile(pid, 'cpu', 'cpu.cfs_quota_us')).to.equal('20000');
    expect(kernelFile(pid, 'cpu', 'cpu.shares')).to.equal('102');
    expect(kernelFile(pid, 'memory', 'memory.limit_in_bytes')).to.equal(String(128 * MI));
    resize(pod, { cpuRequestCores: 0.5, cpuLimitCores: 1.5, memoryLimitBytes: 160 * MI });
    await eventually(() => kernelFile(pid, 'cpu', 'cpu.cfs_quota_us') === '150000');
    expect(kernelFile(pid, 'cpu', 'cpu.shares')).to.equal('512');
    expect(kernelFile(pid, 'memory', 'memory.limit_in_bytes')).to.equal(String(160 * MI));
  });

  it('refuses what the API server refuses, in its words, and changes nothing', async () => {
    const pod = await deployed('refused');
    const same = {
      cpuRequestCores: 0.2,
      cpuLimitCores: 0.2,
      memoryRequestBytes: 64 * MI,
      memoryLimitBytes: 64 * MI,
    };
    expect(messageOf(() => resize(pod, same))).to.include(
      'Pod QOS Class may not change as a result of resizing',
    );
    expect(messageOf(() => resize(pod, { cpuRequestCores: 0.3 }))).to.include(
      'cpu: 300m must be less than or equal to cpu limit of 200m',
    );
    expect(messageOf(() => resize(pod, { memoryLimitBytes: null }))).to.include('limits cannot be removed');
    expect(messageOf(() => workloads.resize(NAMESPACE, 'nobody', pod.desired))).to.include(
      '"nobody" not found',
    );
    expect(current(pod)).to.deep.include({ desired: pod.desired, generation: 1 });
  });

  it('keeps what the node can never give as desired and not in force, and says so until it is asked for less', async () => {
    const pod = await deployed('huge');
    const cores = workloads.allocatable.cpuCores + 1;
    resize(pod, { cpuRequestCores: cores, cpuLimitCores: cores });
    const pending = await eventually(() =>
      current(pod).conditions.find(({ type }) => type === 'PodResizePending'),
    );
    expect(pending).to.include({ status: 'True', reason: 'Infeasible', observedGeneration: 2 });
    expect(pending.message).to.include(`cpu, requested: ${cores * 1000}`);
    expect(current(pod)).to.deep.include({ inForce: pod.inForce });
    resize(pod, { cpuLimitCores: 0.3 });
    await eventually(() => current(pod).inForce.cpuLimitCores === 0.3);
    expect(current(pod).conditions.map(({ type }) => type)).to.deep.equal(['Ready']);
  });

  it('does not kill for a memory limit below use: it stays in progress until the memory is free', async function () {
    if (workloads.enforcement.kind === 'none') {
      this.test!.title += ' (skipped: nothing is enforced here)';
      this.skip();
    }
    const pod = await deployed('shrunk');
    await call(workloads, 'shrunk', '/hold/60');
    resize(pod, { memoryRequestBytes: 48 * MI, memoryLimitBytes: 56 * MI, cpuLimitCores: 0.5 });
    const held = await eventually(() =>
      current(pod).conditions.find(({ type }) => type === 'PodResizeInProgress'),
    );
    expect(held).to.include({ status: 'True', reason: 'Error' });
    expect(held.message).to.match(
      /^attempting to set pod memory limit \(58720256\) below current usage \(\d+\)$/,
    );
    expect(current(pod)).to.deep.include({ inForce: pod.inForce, pid: pod.pid });
    await call(workloads, 'shrunk', '/drop');
    await eventually(() => current(pod).inForce.memoryLimitBytes === 56 * MI);
    expect(current(pod)).to.include({ pid: pod.pid, restarts: 0 });
  });
});
