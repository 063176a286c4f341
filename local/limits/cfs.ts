/** The kernel's CFS period, which Kubernetes keeps: 100 ms. */
export const PERIOD_US = 100_000;

/** The least quota that the kernel accepts: 1 ms a period, 10 millicores. */
const LEAST_QUOTA_US = 1000;

/** The largest that it accepts: MAX_BW of kernel/sched/sched.h. */
const MOST_QUOTA_US = 2 ** 44 - 1;

/** CFS quota of a CPU limit, µs a period. */
export function quotaUs(cores: number): number {
  return Math.min(MOST_QUOTA_US, Math.max(LEAST_QUOTA_US, Math.round(cores * PERIOD_US)));
}

/** cpu.shares of a CPU request: 1024 a core, at least 2 (kubelet, MilliCPUToShares). */
export function cpuShares(requestCores: number | null): number {
  return Math.min(262_144, Math.max(2, Math.floor((requestCores ?? 0) * 1024)));
}

/** cpu.weight of cgroup v2 for the same request (KEP-2254's conversion of shares). */
export function cpuWeight(requestCores: number | null): number {
  return 1 + Math.floor(((cpuShares(requestCores) - 2) * 9999) / 262_142);
}
