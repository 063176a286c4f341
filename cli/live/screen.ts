import { styleText } from 'node:util';
import Table from 'cli-table3';
import type { Decision } from '#core/messages/decision.ts';
import type { Quantiles } from '#core/messages/forecast.ts';
import { formatDurationMs } from '#core/units/duration.ts';
import { formatCpuCores, formatMemoryBytes } from '#core/units/quantity.ts';
import type { Resources } from '#core/usage/reading.ts';
import { decisionLine } from './plain.ts';
import type { LatencyView } from './story.ts';

/** One pod of a function. Use is null until it was sampled twice. */
export interface PodRow {
  readonly pod: string;
  readonly functionName: string;
  readonly ready: boolean;
  readonly restarts: number;
  readonly cpuCores: number | null;
  readonly memoryBytes: number | null;
  readonly resources: Resources;
  /** Peak forecast of the last decision; null before one. */
  readonly peak: { readonly cpu: Quantiles | null; readonly memory: Quantiles | null } | null;
}

export interface ScreenView {
  readonly gatewayUrl: string;
  readonly enforcement: string;
  readonly load: string;
  readonly elapsedMs: number;
  readonly latency: LatencyView;
  readonly pods: readonly PodRow[];
  readonly decisions: readonly Decision[];
  readonly columns: number;
  readonly rows: number;
  readonly colour: boolean;
}

const HEAD = [
  'function',
  'ready',
  'restarts',
  'CPU use',
  'peak p50–p95',
  'request / limit',
  'memory use',
  'peak p50–p95',
  'request / limit',
];

interface Line {
  readonly text: string;
  readonly style?: 'bold' | 'green' | 'gray' | 'yellow';
}

/** The whole screen as text, at most `columns` wide and `rows` high. */
export function renderScreen(view: ScreenView): string {
  const head: Line[] = [
    { text: `Foresize on a local OpenFaaS at ${view.gatewayUrl}, ${upTime(view.elapsedMs)}`, style: 'bold' },
    { text: view.enforcement },
    { text: `${view.load}: ${view.latency.calls} calls, ${view.latency.failed} failed` },
    { text: latencyLine(view.latency), style: 'bold' },
    { text: '' },
    ...podTable(view)
      .split('\n')
      .map((text) => ({ text })),
    { text: '' },
  ];
  const room = Math.max(1, view.rows - head.length - 1);
  const decisions = view.decisions.slice(-room).map(timedLine);
  const foot = decisions.length > 0 ? decisions : [{ text: 'waiting for the first decision' }];
  return [...head, ...foot].map((line) => print(line, view)).join('\n');
}

function upTime(elapsedMs: number): string {
  return formatDurationMs(Math.floor(elapsedMs / 1000) * 1000);
}

/** Cut first, then coloured, so that an escape is never cut. */
function print({ text, style }: Line, { columns, colour }: ScreenView): string {
  const fitting = text.length > columns ? `${text.slice(0, columns - 1)}…` : text;
  return colour && style ? styleText(style, fitting) : fitting;
}

/** `p95 latency before the first resize 212 ms, in the last minute 18 ms` */
export function latencyLine({ beforeP95Ms, afterP95Ms }: LatencyView): string {
  const before = beforeP95Ms === null ? 'no call yet' : `${Math.round(beforeP95Ms)} ms`;
  if (afterP95Ms === null) return `p95 latency ${before}, not resized yet`;
  return `p95 latency before the first resize ${before}, in the last minute ${Math.round(afterP95Ms)} ms`;
}

function podTable({ pods, columns }: ScreenView): string {
  const narrow = columns < 120;
  const keep = (cells: string[]): string[] =>
    narrow ? cells.filter((_, index) => index !== 4 && index !== 7) : cells;
  const table = new Table({ head: keep(HEAD), style: { head: [], border: [], compact: true } });
  for (const pod of pods) table.push(keep(cells(pod)));
  return table.toString();
}

function cells({ functionName, ready, restarts, cpuCores, memoryBytes, resources, peak }: PodRow): string[] {
  const { cpuRequestCores, cpuLimitCores, memoryRequestBytes, memoryLimitBytes } = resources;
  return [
    functionName,
    ready ? 'yes' : 'no',
    String(restarts),
    cpu(cpuCores),
    band(peak?.cpu, cpu),
    `${cpu(cpuRequestCores)} / ${cpu(cpuLimitCores)}`,
    memory(memoryBytes),
    band(peak?.memory, memory),
    `${memory(memoryRequestBytes)} / ${memory(memoryLimitBytes)}`,
  ];
}

function band(quantiles: Quantiles | null | undefined, print: (value: number) => string): string {
  return quantiles ? `${print(quantiles.p50)}–${print(quantiles.p95)}` : '–';
}

function cpu(cores: number | null): string {
  return cores === null ? '–' : formatCpuCores(cores);
}

function memory(bytes: number | null): string {
  return bytes === null ? '–' : formatMemoryBytes(Math.ceil(bytes / 2 ** 20) * 2 ** 20);
}

const ACTION_STYLE = { resize: 'green', hold: 'gray', skip: 'yellow' } as const;

function timedLine(decision: Decision): Line {
  const time = new Date(decision.at).toTimeString().slice(0, 8);
  return { text: `${time} ${decisionLine(decision)}`, style: ACTION_STYLE[decision.action] };
}
