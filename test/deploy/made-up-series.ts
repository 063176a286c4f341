const STEP_SECONDS = 15;

interface Shape {
  readonly kind: 'counter' | 'gauge';
  /** Of a counter, a second; of a gauge, the value. */
  readonly value: number;
}

const perSecond = (value: number): Shape => ({ kind: 'counter', value });
const steady = (value: number): Shape => ({ kind: 'gauge', value });

/** What a kubelet, the gateway and Foresize serve of one function, in the names and labels that they use. */
function seriesOf(name: string): ReadonlyMap<string, Shape> {
  const container = `namespace="openfaas-fn",pod="${name}-5d4f-abcde",container="${name}"`;
  const own = `namespace="openfaas-fn",function="${name}"`;
  const series = new Map<string, Shape>([
    [`container_cpu_usage_seconds_total{${container}}`, perSecond(0.02)],
    [`container_cpu_cfs_throttled_seconds_total{${container}}`, perSecond(0.01)],
    [`container_memory_working_set_bytes{${container}}`, steady(3e7)],
  ]);
  // The gateway writes a name as it was called.
  for (const called of [name, `${name}.openfaas-fn`]) {
    series.set(`gateway_function_invocation_total{function_name="${called}",code="200"}`, perSecond(1));
    for (const le of ['0.05', '0.1', '+Inf'])
      series.set(
        `gateway_functions_seconds_bucket{function_name="${called}",code="200",le="${le}"}`,
        perSecond(1),
      );
  }
  for (const action of ['resize', 'hold'])
    series.set(`foresize_decisions_total{${own},action="${action}",path="sizing"}`, perSecond(0.01));
  for (const unit of ['cpu_cores', 'memory_bytes']) {
    for (const bound of ['request', 'limit']) {
      series.set(`foresize_allocated_${unit}{${own},bound="${bound}"}`, steady(1));
      series.set(`foresize_recommended_${unit}{${own},bound="${bound}"}`, steady(1));
    }
    for (const quantile of ['0.5', '0.9', '0.95', '0.99'])
      series.set(`foresize_forecast_${unit}{${own},quantile="${quantile}"}`, steady(1));
  }
  for (const resource of ['cpu', 'memory']) {
    series.set(`foresize_forecast_skill_ratio{${own},resource="${resource}"}`, steady(0.8));
    series.set(`foresize_forecast_coverage_ratio{${own},resource="${resource}"}`, steady(0.95));
    series.set(`foresize_rollbacks_total{${own},resource="${resource}"}`, perSecond(0.001));
  }
  return series;
}

/** OpenMetrics text of these functions from one Unix time in seconds to another, for `promtool tsdb create-blocks-from`. */
export function madeUpSeries(names: readonly string[], fromSeconds: number, toSeconds: number): string {
  const lines: string[] = [];
  for (const name of names) {
    for (const [series, { kind, value }] of seriesOf(name)) {
      for (let at = fromSeconds; at <= toSeconds; at += STEP_SECONDS)
        lines.push(`${series} ${kind === 'counter' ? value * (at - fromSeconds) : value} ${at}`);
    }
  }
  return `${lines.join('\n')}\n# EOF\n`;
}
