import { type Cluster, execIn } from './cluster.ts';

/** What the kernel has counted of a container since it began. */
export interface KernelCounters {
  readonly cpuSeconds: number;
  readonly throttledSeconds: number;
  readonly throttledPeriods: number;
}

/** Version 1 counts in nanoseconds in two files, version 2 in microseconds in one. */
const SCRIPT =
  'cd /sys/fs/cgroup; if [ -f cpu.stat ]; then cat cpu.stat; else cat cpu/cpu.stat; echo usage $(cat cpuacct/cpuacct.usage); fi';

/** Reads the counters of a pod's container from inside it, which costs it some milliseconds of CPU. */
export async function kernelCounters(
  cluster: Cluster,
  namespace: string,
  pod: string,
): Promise<KernelCounters> {
  const { stdout, stderr } = await execIn(cluster, namespace, pod, ['sh', '-c', SCRIPT]);
  const values = new Map(
    stdout
      .trim()
      .split('\n')
      .map((line) => line.split(' '))
      .map(([name = '', value]): [string, number] => [name, Number(value)]),
  );
  const read = (...names: readonly [string, number][]): number => {
    const [found] = names.filter(([name]) => values.has(name));
    if (found === undefined) throw new Error(`${pod}: no such counter in ${stdout}${stderr}`);
    return (values.get(found[0]) ?? NaN) * found[1];
  };
  return {
    cpuSeconds: read(['usage', 1e-9], ['usage_usec', 1e-6]),
    throttledSeconds: read(['throttled_time', 1e-9], ['throttled_usec', 1e-6]),
    throttledPeriods: read(['nr_throttled', 1]),
  };
}
