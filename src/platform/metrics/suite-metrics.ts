import { ForesizeError } from '#core/errors/error.ts';
import { definitionOf, type MetricName } from './definitions.ts';

/** Upper bounds in seconds: a small suite's stages take milliseconds, a cycle of 10 000 functions up to 30 s. */
const BUCKETS_SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

export type Labels = Readonly<Record<string, string>>;

/** Metrics of the suite as a whole: a few series. Those of single functions are in `function-metrics.ts`. */
export interface SuiteMetrics {
  /** Adds to a counter. */
  count(name: MetricName, labels?: Labels, by?: number): void;
  set(name: MetricName, value: number): void;
  /** Adds a duration to a histogram. */
  observe(name: MetricName, seconds: number, labels?: Labels): void;
  /** Counts an error by its code. */
  failed(error: unknown): void;
  /** In the Prometheus text format. */
  text(): Promise<string>;
}

/**
 * The metrics of these names, each defined in `definitions.ts`. prom-client is loaded here: it takes a third of a small
 * function's start, which whoever serves no metrics is spared.
 */
export async function createSuiteMetrics(names: readonly MetricName[]): Promise<SuiteMetrics> {
  const { Counter, Gauge, Histogram, Registry } = await import('prom-client');
  const registry = new Registry();
  const counters = new Map<MetricName, InstanceType<typeof Counter>>();
  const gauges = new Map<MetricName, InstanceType<typeof Gauge>>();
  const histograms = new Map<MetricName, InstanceType<typeof Histogram>>();
  for (const name of names) {
    const { type, help, labels } = definitionOf(name);
    const about = { name, help, labelNames: [...labels], registers: [registry] };
    if (type === 'counter') counters.set(name, new Counter(about));
    else if (type === 'gauge') gauges.set(name, new Gauge(about));
    else if (type === 'histogram')
      histograms.set(name, new Histogram({ ...about, buckets: BUCKETS_SECONDS }));
  }
  const count: SuiteMetrics['count'] = (name, labels = {}, by = 1) => counters.get(name)?.inc(labels, by);
  return {
    count,
    set: (name, value) => gauges.get(name)?.set(value),
    observe: (name, seconds, labels = {}) => histograms.get(name)?.observe(labels, seconds),
    failed(error) {
      count('foresize_errors_total', { code: error instanceof ForesizeError ? error.code : 'unexpected' });
    },
    text: () => registry.metrics(),
  };
}
