import { CONTAINER_METRICS, CONTAINER_SPECS } from '#platform/sources/cadvisor-names.ts';
import type { Level } from '../finding.ts';

/** What is lost without a metric of cAdvisor. */
export interface Series {
  readonly metric: string;
  /** Its key among the queries of a Prometheus. */
  readonly key: string;
  readonly level: Extract<Level, 'problem' | 'warning'>;
  readonly loss: string;
  /** Only containers with a CPU limit have it. */
  readonly ofLimited?: true;
}

const KEYS: Readonly<Record<string, string>> = { ...CONTAINER_METRICS, ...CONTAINER_SPECS };

const series = (
  metric: keyof typeof CONTAINER_METRICS | keyof typeof CONTAINER_SPECS,
  rest: Omit<Series, 'metric' | 'key'>,
): Series => ({
  metric,
  key: KEYS[metric] ?? metric,
  ...rest,
});

const NOT_SIZED = 'nothing is sized';
const NOT_RESCUED = 'a CPU limit that is too small is not seen';
const CENSORING = 'use that a limit cut off is taken for all that was needed';

/** All that a source reads of containers, and why. */
const CONTAINER_SERIES: readonly Series[] = [
  series('container_cpu_usage_seconds_total', { level: 'problem', loss: NOT_SIZED }),
  series('container_memory_working_set_bytes', { level: 'problem', loss: NOT_SIZED }),
  series('container_cpu_cfs_throttled_seconds_total', {
    level: 'problem',
    loss: NOT_RESCUED,
    ofLimited: true,
  }),
  series('container_cpu_cfs_throttled_periods_total', {
    level: 'problem',
    loss: NOT_RESCUED,
    ofLimited: true,
  }),
  series('container_oom_events_total', {
    level: 'warning',
    loss: 'a process killed for want of memory beside the main one is not seen',
  }),
  series('container_start_time_seconds', {
    level: 'warning',
    loss: 'use before the first sample of a container is not known',
  }),
  series('container_spec_cpu_quota', { level: 'warning', loss: CENSORING, ofLimited: true }),
  series('container_spec_cpu_period', { level: 'warning', loss: CENSORING, ofLimited: true }),
  series('container_spec_memory_limit_bytes', {
    level: 'warning',
    loss: 'the memory limit at a kill is taken to be the present one',
  }),
];

/** Those that are missing, worst first; `has` tells which are there, `isLimited` whether a function has a CPU limit. */
export function missingSeries(has: (series: Series) => boolean, isLimited: boolean): readonly Series[] {
  return CONTAINER_SERIES.filter((one) => !has(one) && (isLimited || one.ofLimited !== true));
}

/** `a, b (nothing is sized); c (…)` */
export function missingText(missing: readonly Series[]): string {
  const losses = [...new Set(missing.map(({ loss }) => loss))];
  return losses
    .map((loss) => {
      const names = missing.filter((one) => one.loss === loss).map(({ metric }) => metric);
      return `${names.join(', ')} (${loss})`;
    })
    .join('; ');
}

export const worstOf = (missing: readonly Series[]): Series['level'] =>
  missing.some(({ level }) => level === 'problem') ? 'problem' : 'warning';
