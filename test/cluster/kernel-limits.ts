import { type Cluster, execIn } from './cluster.ts';

/** What the kernel holds a container to. */
export interface KernelLimits {
  readonly version: 1 | 2;
  /** null: none. */
  readonly cpuCores: number | null;
  readonly memoryBytes: number | null;
  /** cpu.shares in version 1, cpu.weight in version 2. */
  readonly cpuShares: number;
}

const FILES = [
  'cpu/cpu.cfs_quota_us',
  'cpu/cpu.cfs_period_us',
  'cpu/cpu.shares',
  'memory/memory.limit_in_bytes',
  'cpu.max',
  'cpu.weight',
  'memory.max',
];

/** Prints `FILE VALUE` of each file that is there: those of one cgroup version or the other. */
const SCRIPT = `cd /sys/fs/cgroup; for f in ${FILES.join(' ')}; do [ -f $f ] && echo $f $(cat $f); done; true`;

/** Above this a limit of version 1 is the kernel's way to say that there is none. */
const UNLIMITED_BYTES = 2 ** 60;

/** Reads the cgroup of a pod's container from inside it. */
export async function kernelLimits(cluster: Cluster, namespace: string, pod: string): Promise<KernelLimits> {
  const { stdout, stderr } = await execIn(cluster, namespace, pod, ['sh', '-c', SCRIPT]);
  const values = new Map(
    stdout
      .trim()
      .split('\n')
      .map((line) => [line.slice(0, line.indexOf(' ')), line.slice(line.indexOf(' ') + 1)]),
  );
  const read = (file: string): string => {
    const value = values.get(file);
    if (value === undefined) throw new Error(`${pod} has no ${file} in /sys/fs/cgroup: ${stdout}${stderr}`);
    return value;
  };
  return values.has('cpu.max') ? versionTwo(read) : versionOne(read);
}

function versionOne(read: (file: string) => string): KernelLimits {
  const quota = Number(read('cpu/cpu.cfs_quota_us'));
  const memory = Number(read('memory/memory.limit_in_bytes'));
  return {
    version: 1,
    cpuCores: quota < 0 ? null : quota / Number(read('cpu/cpu.cfs_period_us')),
    memoryBytes: memory > UNLIMITED_BYTES ? null : memory,
    cpuShares: Number(read('cpu/cpu.shares')),
  };
}

function versionTwo(read: (file: string) => string): KernelLimits {
  const [quota, period] = read('cpu.max').split(' ');
  const memory = read('memory.max');
  return {
    version: 2,
    cpuCores: quota === 'max' ? null : Number(quota) / Number(period),
    memoryBytes: memory === 'max' ? null : Number(memory),
    cpuShares: Number(read('cpu.weight')),
  };
}
