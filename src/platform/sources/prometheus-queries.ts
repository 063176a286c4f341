import * as z from 'zod';
import { ForesizeError } from '#core/errors/error.ts';

/**
 * Selectors, without their range: `metric{…}`. Pin `job` and `metrics_path` where Prometheus also scrapes pods: a
 * scraped pod can serve any name, and with `honor_labels` any labels.
 */
export interface PrometheusQueries {
  readonly cpuSeconds: string;
  readonly throttledSeconds: string;
  readonly throttledPeriods: string;
  readonly memoryBytes: string;
  readonly oomEvents: string;
  readonly startSeconds: string;
  readonly cpuQuota: string;
  readonly cpuPeriod: string;
  readonly memoryLimitBytes: string;
  readonly started: string;
  readonly completed: string;
  readonly durations: string;
}

export interface Pins {
  /** Namespaces of functions. */
  readonly namespaces: readonly string[];
  /** Names of functions. @default all of the namespaces */
  readonly functions?: readonly string[];
  /** Labels that cAdvisor's series must carry, such as `{ job: 'kubelet', metrics_path: '/metrics/cadvisor' }`. */
  readonly containerLabels?: Readonly<Record<string, string>>;
  /** Labels that the gateway's series must carry. */
  readonly gatewayLabels?: Readonly<Record<string, string>>;
}

const quoted = (text: string): string => JSON.stringify(text);
const escapedPattern = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);

function selector(
  metric: string,
  matchers: readonly string[],
  pins: Readonly<Record<string, string>> = {},
): string {
  const pinned = Object.entries(pins).map(([label, value]) => `${label}=${quoted(value)}`);
  return `${metric}{${[...matchers, ...pinned].join(',')}}`;
}

/** The selectors of cAdvisor's and the gateway's own names. */
export function defaultQueries(pins: Pins): PrometheusQueries {
  const { namespaces, functions, containerLabels, gatewayLabels } = pins;
  const oneOf = (names: readonly string[]): string => names.map(escapedPattern).join('|');
  // A function's container goes by its name; its calls by that, with or without the namespace.
  const named = functions === undefined ? [] : [`container=~${quoted(oneOf(functions))}`];
  const called =
    functions === undefined
      ? []
      : [`function_name=~${quoted(`(?:${oneOf(functions)})(?:\\.(?:${oneOf(namespaces)}))?`)}`];
  const where = [
    `namespace=~${quoted(oneOf(namespaces))}`,
    ...named,
    'container!=""',
    'container!="POD"',
    'pod!=""',
  ];
  const container = (metric: string): string => selector(metric, where, containerLabels);
  const gateway = (metric: string): string => selector(metric, called, gatewayLabels);
  return {
    cpuSeconds: container('container_cpu_usage_seconds_total'),
    throttledSeconds: container('container_cpu_cfs_throttled_seconds_total'),
    throttledPeriods: container('container_cpu_cfs_throttled_periods_total'),
    memoryBytes: container('container_memory_working_set_bytes'),
    oomEvents: container('container_oom_events_total'),
    startSeconds: container('container_start_time_seconds'),
    cpuQuota: container('container_spec_cpu_quota'),
    cpuPeriod: container('container_spec_cpu_period'),
    memoryLimitBytes: container('container_spec_memory_limit_bytes'),
    started: gateway('gateway_function_invocation_started'),
    completed: gateway('gateway_function_invocation_total'),
    durations: gateway('gateway_functions_seconds_bucket'),
  };
}

const text = z.string().min(1);
const overridesSchema = z
  .strictObject({
    cpuSeconds: text,
    throttledSeconds: text,
    throttledPeriods: text,
    memoryBytes: text,
    oomEvents: text,
    startSeconds: text,
    cpuQuota: text,
    cpuPeriod: text,
    memoryLimitBytes: text,
    started: text,
    completed: text,
    durations: text,
  })
  .partial();

/**
 * Overrides of query texts as JSON: `{"cpuSeconds": "container_cpu_usage_seconds_total{job=\"cadvisor\"}"}`.
 * Throws `configuration-invalid`, naming what is wrong.
 */
export function parseQueryOverrides(json: string): Partial<PrometheusQueries> {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (error) {
    throw new ForesizeError('configuration-invalid', `the Prometheus queries are not JSON: ${String(error)}`);
  }
  const parsed = overridesSchema.safeParse(value);
  if (!parsed.success) {
    throw new ForesizeError('configuration-invalid', `Prometheus queries: ${z.prettifyError(parsed.error)}`);
  }
  return Object.fromEntries(Object.entries(parsed.data).filter(([, query]) => query !== undefined));
}
