import { expect } from 'chai';
import { cgroupMounts } from '../../../local/limits/cgroup-mounts.ts';
import { cpuShares, cpuWeight, quotaUs } from '../../../local/limits/cfs.ts';

describe('where cgroups are mounted', () => {
  it('is found with controllers mounted together, and below the root of a container’s mount', () => {
    const mountinfo = [
      '33 31 0:30 / /sys/fs/cgroup/cpu,cpuacct rw,nosuid - cgroup cgroup rw,cpu,cpuacct',
      '35 31 0:32 /docker/abc /sys/fs/cgroup/memory rw shared:9 - cgroup cgroup rw,memory',
      '41 31 0:38 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw',
      '22 1 0:20 / /proc rw - proc proc rw',
    ].join('\n');
    const cgroup = [
      '4:memory:/docker/abc/part',
      '2:cpu,cpuacct:/user.slice',
      '1:name=systemd:/x',
      '0::/own',
    ].join('\n');
    const { v1, v2 } = cgroupMounts(mountinfo, cgroup);
    expect(v1.get('cpu')).to.equal('/sys/fs/cgroup/cpu,cpuacct/user.slice');
    expect(v1.get('cpuacct')).to.equal('/sys/fs/cgroup/cpu,cpuacct/user.slice');
    expect(v1.get('memory')).to.equal('/sys/fs/cgroup/memory/part');
    expect(v2).to.deep.equal({ mountPoint: '/sys/fs/cgroup/unified', own: '/sys/fs/cgroup/unified/own' });
  });

  it('is the unified hierarchy alone on most systems, and nowhere without one', () => {
    const mountinfo = '31 23 0:28 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw,nsdelegate';
    const { v1, v2 } = cgroupMounts(mountinfo, '0::/user.slice/session-1.scope\n');
    expect([...v1]).to.deep.equal([]);
    expect(v2?.own).to.equal('/sys/fs/cgroup/user.slice/session-1.scope');
    expect(cgroupMounts('', '').v2).to.equal(null);
  });
});

describe('CFS values', () => {
  it('follow the kubelet’s conversions, with the kernel’s least and largest quota', () => {
    expect([0.001, 0.01, 0.2, 1.5].map(quotaUs)).to.deep.equal([1000, 1000, 20_000, 150_000]);
    expect(quotaUs(1e15)).to.equal(2 ** 44 - 1);
    expect([null, 0.001, 0.1, 1].map(cpuShares)).to.deep.equal([2, 2, 102, 1024]);
    expect([null, 0.1, 1].map(cpuWeight)).to.deep.equal([1, 4, 39]);
  });
});
