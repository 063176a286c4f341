/** Use of one pod as Prometheus would have kept it. Times in Unix ms. */
export interface PastPod {
  readonly pod: string;
  readonly container: string;
  readonly fromMs: number;
  readonly toMs: number;
  readonly everyMs: number;
  readonly cpuCores: (atMs: number) => number;
  readonly memoryBytes: (atMs: number) => number;
}

const TYPES = {
  container_cpu_usage_seconds: 'counter',
  container_memory_working_set_bytes: 'gauge',
} as const;

/** OpenMetrics of cAdvisor's series, each metric's in a row as `promtool` wants them. */
export function pastOf(pods: readonly PastPod[]): string {
  const cpu = pods.flatMap((one) => {
    let seconds = 0;
    return timesOf(one).map((atMs) => {
      seconds += (one.cpuCores(atMs) * one.everyMs) / 1000;
      return line('container_cpu_usage_seconds_total', one, seconds, atMs, ',cpu="total"');
    });
  });
  const memory = pods.flatMap((one) =>
    timesOf(one).map((atMs) => line('container_memory_working_set_bytes', one, one.memoryBytes(atMs), atMs)),
  );
  const head = (name: keyof typeof TYPES): string => `# TYPE ${name} ${TYPES[name]}\n`;
  return [
    head('container_cpu_usage_seconds'),
    ...cpu,
    head('container_memory_working_set_bytes'),
    ...memory,
  ].join('');
}

function timesOf({ fromMs, toMs, everyMs }: PastPod): number[] {
  return Array.from({ length: Math.floor((toMs - fromMs) / everyMs) + 1 }, (_, i) => fromMs + i * everyMs);
}

function line(metric: string, { pod, container }: PastPod, value: number, atMs: number, more = ''): string {
  const labels = `namespace="openfaas-fn",pod="${pod}",container="${container}",id="/kubepods/${pod}"${more}`;
  return `${metric}{${labels}} ${value} ${atMs / 1000}\n`;
}
