import { kindOf, type ResourceName, valueOf } from '#core/policy/resources.ts';
import type { Resources } from '#core/usage/reading.ts';
import type { FunctionRow } from '../api.ts';
import { amountText, cpuText, memoryText, numberText, rateText, secondsText, slowdownText } from './text.ts';

/** One column of the list. */
export interface Column {
  readonly id: string;
  readonly title: string;
  /** For whoever does not know the title's word. */
  readonly hint: string;
  /** What is sorted by; null comes last either way. */
  readonly value: (row: FunctionRow) => number | string | null;
  readonly text: (row: FunctionRow) => string;
  /** Kept on a phone, where there is room for few. */
  readonly isEssential?: true;
  /** 0 … 1, drawn behind the text. */
  readonly share?: (row: FunctionRow) => number | null;
}

const HEALTH_ORDER: Readonly<Record<FunctionRow['health'], number>> = {
  'out-of-memory': 0,
  'not-ready': 1,
  throttled: 2,
  unknown: 3,
  fine: 4,
};

const HEALTH_TEXT: Readonly<Record<FunctionRow['health'], string>> = {
  'out-of-memory': 'Out of memory',
  'not-ready': 'Not ready',
  throttled: 'Throttled',
  unknown: 'No data',
  fine: 'Fine',
};

export function healthText({ health }: Pick<FunctionRow, 'health'>): string {
  return HEALTH_TEXT[health];
}

const part = (use: number | null, whole: number | null): number | null =>
  use === null || whole === null || whole === 0 ? null : Math.min(1, use / whole);

/** A size that a pod has, and where the two differ what would be set. */
function sizeColumn(id: ResourceName, title: string): Column {
  const text = (resources: Resources): string => amountText(kindOf(id).metric, valueOf(resources, id));
  return {
    id,
    title,
    hint: 'What a pod has → what Foresize would set',
    value: ({ allocated }) => valueOf(allocated, id),
    text: ({ allocated, recommended }) => {
      const [now, wanted] = [text(allocated), text(recommended ?? allocated)];
      return now === wanted ? now : `${now} → ${wanted}`;
    },
  };
}

export const COLUMNS: readonly Column[] = [
  {
    id: 'health',
    title: 'Health',
    hint: 'The worst that is true now; throttled: how many times as long work takes',
    value: (row) => HEALTH_ORDER[row.health],
    text: (row) =>
      row.health === 'throttled' ? `${healthText(row)} ${slowdownText(row.stretch)}` : healthText(row),
    isEssential: true,
  },
  {
    id: 'mode',
    title: 'Mode',
    hint: 'off: left alone; recommend: only advised on; apply: resized',
    value: (row) => row.mode,
    text: (row) => row.mode,
  },
  {
    id: 'cpu',
    title: 'CPU used',
    hint: 'Of the busiest pod, now (mean of 60 s) and over the last hour; dashed: the request',
    value: (row) => row.cpuCores,
    text: (row) => cpuText(row.cpuCores),
    isEssential: true,
  },
  { ...sizeColumn('cpu-request', 'CPU request'), isEssential: true },
  sizeColumn('cpu-limit', 'CPU limit'),
  {
    id: 'cpu-waste',
    title: 'CPU unused',
    hint: 'Requests of all pods − their highest use in the last hour; negative: too little',
    value: (row) => row.wasteCpuCores,
    text: (row) => cpuText(row.wasteCpuCores),
  },
  {
    id: 'memory',
    title: 'Memory used',
    hint: 'Of the largest pod; the bar is its share of the request',
    value: (row) => row.memoryBytes,
    text: (row) => memoryText(row.memoryBytes),
    share: (row) => part(row.memoryBytes, row.allocated.memoryRequestBytes),
  },
  sizeColumn('memory-request', 'Memory request'),
  {
    id: 'memory-waste',
    title: 'Memory unused',
    hint: 'Requests of all pods − their highest use in the last hour; negative: too little',
    value: (row) => row.wasteMemoryBytes,
    text: (row) => memoryText(row.wasteMemoryBytes),
  },
  {
    id: 'calls',
    title: 'Calls',
    hint: 'Started a second, over the last 15 s',
    value: (row) => row.callsPerSecond,
    text: (row) => rateText(row.callsPerSecond),
  },
  {
    id: 'latency',
    title: 'p95',
    hint: 'Of the latency in the last 10 minutes, or since the limit changed',
    value: (row) => row.latencyP95Seconds,
    text: (row) => secondsText(row.latencyP95Seconds),
  },
  {
    id: 'skill',
    title: 'Skill',
    hint: 'Loss of the CPU forecast ÷ that of repeating the last value: below 1 is better',
    value: (row) => row.skill.cpu,
    text: (row) => numberText(row.skill.cpu),
  },
];
