import type { FunctionDetail } from '../api.ts';
import { type Chart, createChart, type Line, type Values } from './chart.ts';
import { element } from './element.ts';
import { cpuText, memoryText, percentText, rateText, secondsText } from './text.ts';
import type { Tried } from './what-if-view.ts';

export interface Charts {
  readonly root: HTMLElement;
  update(detail: FunctionDetail, tried: Tried | null): void;
  close(): void;
}

/** What requests are sized by, and how far above the rest a limit is still worth its room. */
const SIZED_BY = { cpu: 'p90', memory: 'p95' } as const;
const LIMIT_REACH = { cpu: 2, memory: 1.5 } as const;

/** In the order in which they are drawn: the band lies under all. */
const linesOf = (metric: keyof typeof SIZED_BY): readonly Line[] => [
  { label: 'forecast p99', colour: 'p99', style: 'edge' },
  { label: SIZED_BY[metric], colour: 'sized-by', style: 'edge' },
  { label: 'p50', colour: 'p50', style: 'edge' },
  { label: 'used', colour: 'use', style: 'line' },
  { label: 'request', colour: 'request', style: 'steps' },
  { label: 'limit', colour: 'limit', style: 'steps', reach: LIMIT_REACH[metric] },
  { label: 'what-if request', colour: 'tried', style: 'dashed-steps' },
];

const TRIED_LIMIT: Line = {
  label: 'what-if limit',
  colour: 'tried-limit',
  style: 'dashed-steps',
  reach: LIMIT_REACH.cpu,
};

/** From a byte to more than any pod has: memory is counted in these. */
const POWERS_OF_TWO = Array.from({ length: 50 }, (_, power) => 2 ** power);

/** What was before the first sample is not shown, but for the five minutes that give a young function its scale. */
const LEAST_SHOWN_MS = 300_000;

/** The first step that the charts show. */
export function firstShown({ usage, times, stepMs }: FunctionDetail): number {
  const { cpuCores, memoryBytes } = usage.series;
  const known = cpuCores.findIndex((cores, step) => cores !== null || memoryBytes[step] !== null);
  const latest = Math.max(0, times.length - 1 - Math.round(LEAST_SHOWN_MS / stepMs));
  return known < 0 ? latest : Math.min(Math.max(0, known - 1), latest);
}

/** CPU and memory with the forecast of their peak and their sizes; throttling, calls and latency. */
export function createCharts(): Charts {
  const cpu = createChart({
    title: 'CPU of the busiest pod (means of 60 s)',
    height: 16,
    lines: [...linesOf('cpu'), TRIED_LIMIT],
    band: [0, 2],
    format: cpuText,
  });
  const memory = createChart({
    title: 'Memory of the largest pod',
    height: 16,
    lines: linesOf('memory'),
    band: [0, 2],
    format: memoryText,
    increments: POWERS_OF_TWO,
  });
  const small = (title: string, label: string, colour: string, format: (value: number | null) => string) =>
    createChart({ title, height: 8, lines: [{ label, colour, style: 'line' }], format });
  const throttled = small('Throttled by the CPU limit', 'share of time', 'limit', percentText);
  const calls = small('Calls', 'started', 'use', rateText);
  const latency = small('Latency', 'p95', 'sized-by', secondsText);
  const all: readonly Chart[] = [cpu, memory, throttled, calls, latency];
  return {
    root: element('div', { class: 'charts' }, ...all.map(({ root }) => root)),
    update(detail, tried) {
      const from = firstShown(detail);
      const cut = (values: Values): Values => values.slice(from);
      const { forecast } = detail;
      const times = detail.times.slice(from);
      const none = detail.times.map(() => null);
      const marks = detail.decisions.filter(({ action }) => action === 'resize').map(({ at }) => at);
      const columns = (metric: 'cpu' | 'memory') =>
        [
          forecast[metric].p99,
          forecast[metric][SIZED_BY[metric]],
          forecast[metric].p50,
          detail[metric].use,
          detail[metric].request,
          detail[metric].limit,
          tried?.result?.requests[metric] ?? none,
        ].map(cut);
      cpu.update(times, [...columns('cpu'), cut(tried?.cpuLimit ?? none)], marks);
      memory.update(times, columns('memory'), marks);
      throttled.update(times, [cut(detail.throttledShare)], marks);
      calls.update(times, [cut(detail.callsPerSecond)], marks);
      latency.update(times, [cut(detail.latencyP95Seconds)], marks);
    },
    close() {
      for (const chart of all) chart.close();
    },
  };
}
