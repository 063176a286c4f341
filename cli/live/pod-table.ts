import type { Quantiles } from '#core/messages/forecast.ts';
import { fittingColumns } from '#core/text-table.ts';
import { formatCpuCores, formatMemoryBytes } from '#core/units/quantity.ts';
import type { Resources } from '#core/usage/reading.ts';
import { type Column, tableLines } from './columns.ts';
import type { Line, Style } from './line.ts';

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

const NONE = '–';

/** What Foresize decides about stands out from what it leaves alone. */
const allocated = ({ peak }: PodRow): Style | undefined => (peak ? 'green' : undefined);

const COLUMNS: readonly Column<PodRow>[] = [
  {
    title: 'function',
    cell: ({ functionName }) => functionName,
    style: ({ peak }) => (peak ? 'bold' : undefined),
    sacrifice: 0,
  },
  {
    align: 'right',
    title: 'restarts',
    cell: ({ restarts }) => String(restarts),
    style: ({ restarts }) => (restarts > 0 ? 'red' : undefined),
    sacrifice: 1,
  },
  {
    align: 'right',
    title: 'CPU',
    cell: ({ ready, cpuCores }) => (ready ? cpu(cpuCores) : 'starting'),
    style: ({ ready }) => (ready ? undefined : 'yellow'),
    sacrifice: 2,
  },
  { align: 'right', title: 'forecast', cell: ({ peak }) => band(peak?.cpu, cpu), sacrifice: 6 },
  {
    align: 'right',
    title: 'req/limit',
    cell: ({ resources }) => `${cpu(resources.cpuRequestCores)}/${cpu(resources.cpuLimitCores)}`,
    style: allocated,
    sacrifice: 3,
  },
  { align: 'right', title: 'memory', cell: ({ memoryBytes }) => memory(memoryBytes), sacrifice: 5 },
  { align: 'right', title: 'forecast', cell: ({ peak }) => band(peak?.memory, memory), sacrifice: 7 },
  {
    align: 'right',
    title: 'req/limit',
    cell: ({ resources }) => `${memory(resources.memoryRequestBytes)}/${memory(resources.memoryLimitBytes)}`,
    style: allocated,
    sacrifice: 4,
  },
];

/** A heading and a line a pod, at most `columns` wide: columns that do not fit are left out, the least telling first. */
export function podTable(rows: readonly PodRow[], columns: number): Line[] {
  return tableLines(fittingColumns(COLUMNS, rows, columns, 1), rows);
}

/** `4m–12m` of p50 and p95. */
function band(quantiles: Quantiles | null | undefined, print: (value: number) => string): string {
  if (!quantiles) return NONE;
  const [low, high] = [print(quantiles.p50), print(quantiles.p95)];
  return low === high ? low : `${low}–${high}`;
}

function cpu(cores: number | null): string {
  return cores === null ? NONE : formatCpuCores(cores);
}

function memory(bytes: number | null): string {
  return bytes === null ? NONE : formatMemoryBytes(Math.ceil(bytes / 2 ** 20) * 2 ** 20);
}
