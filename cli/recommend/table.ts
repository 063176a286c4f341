import type { Totals } from '#core/recommend/ranking.ts';
import type { Reason, Recommendation } from '#core/recommend/recommendation.ts';
import { fittingColumns } from '#core/text-table.ts';
import { type Column, tableLines } from '../live/columns.ts';
import { type Line, printLine, type Style, wrapText } from '../live/line.ts';
import { amount, change, savedText, slowdownText, useText } from './cells.ts';
import { remarksOf, type Report } from './report.ts';

const REASON_STYLES: Readonly<Partial<Record<Reason, Style>>> = {
  killed: 'red',
  leak: 'red',
  throttled: 'red',
  short: 'yellow',
  unset: 'yellow',
  waste: 'green',
  unknown: 'gray',
};

const COLUMNS: readonly Column<Recommendation>[] = [
  { title: 'function', cell: ({ name }) => name, style: () => 'bold', sacrifice: 0 },
  {
    title: 'why',
    cell: ({ reason }) => reason,
    style: ({ reason }) => REASON_STYLES[reason],
    sacrifice: 1,
  },
  {
    title: 'CPU request',
    cell: ({ from, to }) => change('cpu', from.cpuRequestCores, to.cpuRequestCores),
    sacrifice: 2,
  },
  {
    title: 'CPU limit',
    cell: ({ from, to }) => change('cpu', from.cpuLimitCores, to.cpuLimitCores),
    sacrifice: 4,
  },
  {
    title: 'memory request',
    cell: ({ from, to }) => change('memory', from.memoryRequestBytes, to.memoryRequestBytes),
    sacrifice: 3,
  },
  {
    title: 'memory limit',
    cell: ({ from, to }) => change('memory', from.memoryLimitBytes, to.memoryLimitBytes),
    sacrifice: 5,
  },
  { title: 'pods', cell: ({ pods }) => String(pods), sacrifice: 11 },
  { title: 'CPU p50/p95/peak', cell: ({ use }) => useText('cpu', use.cpu), sacrifice: 8 },
  { title: 'memory p50/p95/peak', cell: ({ use }) => useText('memory', use.memory), sacrifice: 9 },
  { title: 'slowed', cell: ({ stretch }) => slowdownText(stretch), sacrifice: 10 },
  { title: 'Δ CPU', cell: ({ savedCpuCores }) => savedText('cpu', savedCpuCores), sacrifice: 6 },
  { title: 'Δ memory', cell: ({ savedMemoryBytes }) => savedText('memory', savedMemoryBytes), sacrifice: 7 },
  { title: 'sure', cell: ({ confidence }) => confidence.level, sacrifice: 5.5 },
];

export interface TableOptions {
  readonly columns: number;
  readonly colour: boolean;
  /** Without what stands beside the table. */
  readonly quiet: boolean;
}

/** The report for a terminal: columns that do not fit are left out, the least telling first. */
export function tableText(report: Report, { columns, colour, quiet }: TableOptions): string {
  const lines = [...bodyOf(report.recommendations, columns), ...(quiet ? [] : remarks(report, columns))];
  return `${lines.map((line) => printLine(line, columns, colour).trimEnd()).join('\n')}\n`;
}

function bodyOf(rows: readonly Recommendation[], columns: number): readonly Line[] {
  if (rows.length === 0) return [[{ text: 'nothing to recommend: no function was found' }]];
  return tableLines(fittingColumns(COLUMNS, rows, columns, 2), rows);
}

function remarks(report: Report, columns: number): readonly Line[] {
  const { totals, recommendations, target } = report;
  const doubts = new Map<string, string[]>();
  for (const { name, confidence } of recommendations) {
    const told = `${confidence.level}: ${confidence.reason}`;
    doubts.set(told, [...(doubts.get(told) ?? []), name]);
  }
  const texts = [
    `${target}: ${totals.functions} ${totals.functions === 1 ? 'function' : 'functions'}; requests ${totalText(totals)}`,
    ...[...doubts].map(([told, names]) => `confidence ${told} (${names.join(', ')})`),
    ...remarksOf(report),
  ];
  return [
    [],
    ...texts.flatMap((text) => wrapText(text, columns)).map((text): Line => [{ text, style: 'gray' }]),
  ];
}

/** `fall by 13m of CPU and 99Mi of memory`; each with its verb where one falls and the other grows. */
function totalText({ savedCpuCores, savedMemoryBytes }: Totals): string {
  const moves = [
    { verb: verbOf(savedCpuCores), text: `${amount('cpu', Math.abs(savedCpuCores))} of CPU` },
    { verb: verbOf(savedMemoryBytes), text: `${amount('memory', Math.abs(savedMemoryBytes))} of memory` },
  ].filter(({ verb }) => verb !== null);
  const [first, second] = moves;
  if (first === undefined) return 'stay as they are';
  if (second === undefined) return `${first.verb} by ${first.text}`;
  const again = second.verb === first.verb ? '' : `${second.verb} by `;
  return `${first.verb} by ${first.text} and ${again}${second.text}`;
}

const verbOf = (saved: number): 'fall' | 'grow' | null => (saved === 0 ? null : saved > 0 ? 'fall' : 'grow');
