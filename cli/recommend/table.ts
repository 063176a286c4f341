import type { Reason, Recommendation } from '#core/recommend/recommendation.ts';
import { type Column, fittingColumns, GAP, tableLines } from '../live/columns.ts';
import { type Line, printLine, type Span, type Style, wrapText } from '../live/line.ts';
import { amount, change, savedText, slowdownText, useText } from './cells.ts';
import type { Report } from './report.ts';

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
  return tableLines(fittingColumns(COLUMNS, rows, columns, 2), rows, row);
}

function row(cells: readonly Span[], widths: readonly number[]): Line {
  return cells.flatMap((cell, index): Span[] => {
    const padding = ' '.repeat(Math.max(0, (widths[index] ?? 0) - cell.text.length));
    return [cell, { text: `${padding}${' '.repeat(GAP)}` }];
  });
}

function remarks(report: Report, columns: number): readonly Line[] {
  const { totals, problems, notes, recommendations, target } = report;
  const doubts = new Map<string, string[]>();
  for (const { name, confidence } of recommendations) {
    const told = `${confidence.level}: ${confidence.reason}`;
    doubts.set(told, [...(doubts.get(told) ?? []), name]);
  }
  const texts = [
    `${target}: ${totals.functions} ${totals.functions === 1 ? 'function' : 'functions'}; ` +
      `requests ${sumText('cpu', totals.savedCpuCores)} of CPU and ${sumText('memory', totals.savedMemoryBytes)} of memory`,
    ...[...doubts].map(([told, names]) => `confidence ${told} (${names.join(', ')})`),
    ...problems.map(({ name, problem }) => `${name} is left alone: ${problem}`),
    ...notes.map((note) => `note: ${note}`),
  ];
  return [
    [],
    ...texts.flatMap((text) => wrapText(text, columns)).map((text): Line => [{ text, style: 'gray' }]),
  ];
}

function sumText(metric: 'cpu' | 'memory', saved: number): string {
  return `${saved < 0 ? 'grow by' : 'fall by'} ${amount(metric, Math.abs(saved))}`;
}
