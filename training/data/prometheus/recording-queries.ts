import { defaultQueries, type Pins, type PrometheusQueries } from '#platform/sources/prometheus-queries.ts';
import type { RecordingFormat } from './manifest.ts';

/** The study looked at its pods every 15 s, through rates of 5 min. */
export const SEED_STEP_MS = 15_000;
export const SEED_RATE_MS = 300_000;

/** A query without its range, and what stands after the range's length. */
export interface RecordingQueries {
  readonly texts: Readonly<Record<string, string>>;
  /** `:15s` for a subquery, nothing for raw samples. */
  readonly resolution: string;
}

/**
 * What is asked for. The study's: `rate(container_cpu_usage_seconds_total[5m])` and
 * `container_memory_working_set_bytes`, of the busiest pod where there are several.
 */
export function recordingQueries(
  format: RecordingFormat,
  pins: Pins,
  overrides: Partial<PrometheusQueries>,
): RecordingQueries {
  const selectors = { ...defaultQueries(pins), ...overrides };
  if (format === 'raw') return { texts: { ...selectors }, resolution: '' };
  const busiest = (text: string): string => `max by (namespace, container) (${text})`;
  return {
    texts: {
      cpuCores: busiest(`rate(${selectors.cpuSeconds}[${SEED_RATE_MS / 1000}s])`),
      memoryBytes: busiest(selectors.memoryBytes),
    },
    resolution: `:${SEED_STEP_MS / 1000}s`,
  };
}
