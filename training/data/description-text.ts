import { formatDurationMs } from '#core/units/duration.ts';
import type { ColumnDescription, DataSetDescription, HistoryDescription } from './describe.ts';

const ROWS = [
  ['mean', 'mean'],
  ['std', 'std'],
  ['min', 'min'],
  ['p25', '25%'],
  ['p50', '50%'],
  ['p75', '75%'],
  ['max', 'max'],
] as const;

/** Larger numbers are written with an exponent, as pandas does. */
const LARGEST_PLAIN = 1e6;

/** The description as pandas prints it, with what the grid is and how much of it is known. */
export function descriptionText({ functions }: DataSetDescription): string {
  return functions.map(functionText).join('\n');
}

function functionText(history: HistoryDescription): string {
  const columns = [
    { title: 'mem_usage', column: history.memoryBytes },
    { title: 'cpu_usage', column: history.cpuCores },
    ...(history.callsStarted === null ? [] : [{ title: 'invocations', column: history.callsStarted }]),
  ];
  const lines = [
    ['', ...columns.map(({ title }) => title)],
    ['count', ...columns.map(({ column }) => String(column.count))],
    ['gaps', ...columns.map(({ column }) => String(column.gaps))],
    ...ROWS.map(([key, label]) => [label, ...columns.map(({ column }) => cellText(column, key))]),
  ];
  return `${heading(history)}\n${lines.map(alignCells).join('\n')}\n`;
}

function heading({
  namespace,
  name,
  fromMs,
  toMs,
  stepMs,
  steps,
  cpuMeanMs,
  oomKills,
}: HistoryDescription): string {
  const kills = oomKills === 0 ? '' : `, ${oomKills} OOM ${oomKills === 1 ? 'kill' : 'kills'}`;
  return `${namespace}/${name}: ${new Date(fromMs).toISOString()} to ${new Date(toMs).toISOString()}, ${steps} steps of ${formatDurationMs(stepMs)}, CPU as means of ${formatDurationMs(cpuMeanMs)}${kills}`;
}

function cellText(column: ColumnDescription, key: (typeof ROWS)[number][0]): string {
  const value = column[key];
  if (value === null) return '-';
  if ((column.max ?? 0) < LARGEST_PLAIN) return value.toFixed(6);
  return value.toExponential(6).replace(/e\+(\d)$/, 'e+0$1');
}

function alignCells([label = '', ...cells]: readonly string[]): string {
  return `${label.padEnd(5)}${cells.map((cell) => cell.padStart(16)).join('')}`.trimEnd();
}
