import { expect } from 'chai';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { candidateParents, createCgroupV2Limiter } from '../../../local/limits/cgroup-v2.ts';

const MI = 2 ** 20;

/** A directory with the files of a cgroup v2 hierarchy; the kernel's part is played by the test. */
describe('limits by cgroup v2', () => {
  let root: string;

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'foresize-cgroup2-'));
  });

  afterEach(() => {
    rmSync(root, { recursive: true, force: true });
  });

  const write = (path: string, text: string): void => {
    writeFileSync(join(root, path), text);
  };
  const read = (path: string): string => readFileSync(join(root, path), 'utf8');
  const group = (path: string, controllers: string, subtree: string): void => {
    mkdirSync(join(root, path), { recursive: true });
    write(join(path, 'cgroup.controllers'), controllers);
    write(join(path, 'cgroup.subtree_control'), subtree);
  };

  it('go below the nearest group whose children have the controllers, then below those that could give them', () => {
    group('', 'cpu memory pids', 'cpu memory');
    group('user.slice', 'cpu memory', '');
    group('user.slice/session', 'cpu memory', '');
    group('other', 'pids', 'pids');
    const own = join(root, 'user.slice/session');
    expect(candidateParents(root, own)).to.deep.equal([root, own, join(root, 'user.slice')]);
    expect(candidateParents(join(root, 'other'), join(root, 'other'))).to.deep.equal([]);
  });

  it('delegate the controllers and write quota, weight and memory, and change them in place', () => {
    const limiter = createCgroupV2Limiter(root, 'foresize-test');
    expect(read('cgroup.subtree_control')).to.equal('+cpu +memory');
    expect(read('foresize-test/cgroup.subtree_control')).to.equal('+cpu +memory');
    const cell = limiter.open('pod');
    const resources = {
      cpuRequestCores: 0.1,
      cpuLimitCores: 0.2,
      memoryRequestBytes: 64 * MI,
      memoryLimitBytes: 128 * MI,
    };
    expect(cell.apply(resources)).to.equal(null);
    expect(read('foresize-test/pod/cpu.max')).to.equal('20000 100000');
    expect(read('foresize-test/pod/cpu.weight')).to.equal('4');
    expect(read('foresize-test/pod/memory.max')).to.equal(String(128 * MI));
    expect(cell.apply({ ...resources, cpuLimitCores: null, memoryLimitBytes: null })).to.equal(null);
    expect(read('foresize-test/pod/cpu.max')).to.equal('max 100000');
    expect(read('foresize-test/pod/memory.max')).to.equal('max');
  });

  it('write nothing when the memory limit is below use, where the kernel would kill', () => {
    const cell = createCgroupV2Limiter(root, 'foresize-test').open('pod');
    const resources = {
      cpuRequestCores: null,
      cpuLimitCores: 0.2,
      memoryRequestBytes: null,
      memoryLimitBytes: 128 * MI,
    };
    cell.apply(resources);
    write('foresize-test/pod/memory.current', `${100 * MI}\n`);
    expect(cell.apply({ ...resources, cpuLimitCores: 1, memoryLimitBytes: 64 * MI })).to.equal(
      'attempting to set pod memory limit (67108864) below current usage (104857600)',
    );
    expect(read('foresize-test/pod/memory.max')).to.equal(String(128 * MI));
    expect(read('foresize-test/pod/cpu.max')).to.equal('20000 100000');
  });

  it('read use, throttling and kills from the kernel’s files', async () => {
    const cell = createCgroupV2Limiter(root, 'foresize-test').open('pod');
    expect(await cell.usage()).to.equal(null);
    cell.apply({ cpuRequestCores: null, cpuLimitCores: 1, memoryRequestBytes: null, memoryLimitBytes: null });
    const stat = 'usage_usec 2500000\nuser_usec 1\nnr_periods 40\nnr_throttled 7\nthrottled_usec 1500000\n';
    write('foresize-test/pod/cgroup.procs', '4194304\n');
    write('foresize-test/pod/cpu.stat', stat);
    write('foresize-test/pod/memory.stat', 'anon 1\ninactive_file 4096\n');
    write('foresize-test/pod/memory.current', '1052672\n');
    write('foresize-test/pod/memory.events', 'low 0\noom 3\noom_kill 2\n');
    const usage = await cell.usage();
    expect(usage).to.include({
      cpuSeconds: 2.5,
      periods: 40,
      throttledPeriods: 7,
      throttledSeconds: 1.5,
      workingSetBytes: MI,
      oomKills: 2,
    });
  });
});
