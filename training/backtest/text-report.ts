import { formatDurationMs } from '#core/units/duration.ts';
import { LEVELS } from '#forecast/levels.ts';
import { formatAmount, formatRatio, formatShare } from './amounts.ts';
import {
  type BacktestReport,
  type FunctionReport,
  isJudged,
  type MethodReport,
  type ResourceReport,
  type Unjudged,
} from './report.ts';
import { METRIC_LABEL } from './labels.ts';
import { SUMMARY_HEAD, summaryCells, summaryOf } from './summary.ts';
import { textTable } from '#core/text-table.ts';

/** Beyond this many functions the terminal gets one line each. */
const TOLD_IN_FULL = 4;

/** Shares of short samples that the front is told at. */
const FRONT_TOLD = [0, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1];

/**
 * The report as people read it in a terminal: every table of a few functions, one line each of many. Of a table wider
 * than `width` the last columns are left out.
 */
export function textReport(report: BacktestReport, width = Infinity): string {
  const { functions } = report;
  if (functions.length > TOLD_IN_FULL) return `${summaryTable(report, width)}\n${LEGEND}`;
  return `${functions.map((one) => functionText(one, width)).join('\n')}\n${LEGEND}`;
}

const LEGEND = `short: share of samples with use above the allocation, or censored; depth: by how much, of the allocation,
mean and worst; ×: allocation ÷ use; at ≤ 1 %: the cheapest quantile and margin, known in hindsight only;
pinball ÷ persistence: below 1 is better; coverage ± one standard error.
`;

function summaryTable(report: BacktestReport, width: number): string {
  const { rows, medians, unjudged } = summaryOf(report);
  const cells = [...rows, ...medians].map((row) => summaryCells(row));
  const left = unjudged.map(({ name, metric, why }) => `${name}, ${METRIC_LABEL[metric]}: ${why}\n`).join('');
  return `${textTable(SUMMARY_HEAD, cells, { width })}${left}`;
}

function functionText(report: FunctionReport, width: number): string {
  return [headText(report), resourceText(report.cpu, width), resourceText(report.memory, width)].join('\n');
}

/** `qrcode (openfaas-fn): rows 241 to 745, 2h6m in steps of 15s; a decision each 1m, in force after 15s` */
export function headText({ name, namespace, from, to, stepMs, cadenceMs, delayMs }: FunctionReport): string {
  const span = formatDurationMs((to - from) * stepMs);
  return `${name} (${namespace}): rows ${from + 1} to ${to}, ${span} in steps of ${formatDurationMs(stepMs)}; a ${controlText(cadenceMs, delayMs)}\n`;
}

/** `decision each 1m, in force after 15s` */
export function controlText(cadenceMs: number, delayMs: number): string {
  return `decision each ${formatDurationMs(cadenceMs)}, in force ${delayMs === 0 ? 'at once' : `after ${formatDurationMs(delayMs)}`}`;
}

function resourceText(resource: ResourceReport | Unjudged, width: number): string {
  if (!isJudged(resource)) return `${METRIC_LABEL[resource.metric]}: not judged, ${resource.why}\n`;
  const scored = resource.methods.filter(({ scores }) => scores !== null);
  const swept = resource.methods.filter(({ front }) => front.length > 0);
  return [
    resourceHead(resource),
    textTable(OUTCOME_HEAD, resource.methods.map(outcomeCells), { width }),
    ...(scored.length > 0 ? [textTable(SCORE_HEAD, scored.map(scoreCells), { width })] : []),
    ...(swept.length > 0 ? [textTable(FRONT_HEAD, swept.map(frontCells), { width })] : []),
  ].join('\n');
}

/** `CPU: 505 samples, 0 gaps, mean use 9.37m; forecasts by persistence 68 %, nowcast 32 %` */
export function resourceHead({ metric, samples, gaps, meanUse, chosen }: ResourceReport): string {
  const by = Object.entries(chosen)
    .sort(([, left], [, right]) => right - left)
    .map(([name, share]) => `${name} ${formatShare(share)}`);
  return `${METRIC_LABEL[metric]}: ${samples} samples, ${gaps} gaps, mean use ${formatAmount(metric, meanUse)}; forecasts by ${by.join(', ') || 'none'}\n`;
}

export const OUTCOME_HEAD = [
  ...['method', 'as used', 'short', 'depth', 'worst', '×', 'resizes/h'],
  ...['at ≤ 1 %', 'short', '×'],
];

export function outcomeCells({ label, own, best }: MethodReport): string[] {
  const outcome = own?.outcome;
  return [
    label,
    own?.setting ?? '–',
    formatShare(outcome?.short ?? null),
    formatShare(outcome?.depth ?? null),
    formatShare(outcome?.worstDepth ?? null),
    formatRatio(outcome?.allocationOverUse, 3),
    formatRatio(outcome?.resizesPerHour, 1),
    best?.setting ?? '–',
    formatShare(best?.outcome.short ?? null),
    formatRatio(best?.outcome.allocationOverUse, 3),
  ];
}

export const SCORE_HEAD = [
  'pinball ÷ persistence',
  ...LEVELS.map(([name]) => name),
  'all',
  ...LEVELS.map(([name]) => `coverage ${name}`),
];

export function scoreCells({ label, scores }: MethodReport): string[] {
  const cells = LEVELS.map(([name]) => scores?.quantiles[name]);
  return [
    label,
    ...cells.map((cell) => formatRatio(cell?.ratio)),
    formatRatio(scores?.ratio),
    ...cells.map((cell) =>
      cell === undefined ? '–' : `${cell.coverage.toFixed(3)} ± ${cell.standardError.toFixed(3)}`,
    ),
  ];
}

export const FRONT_HEAD = ['× at short ≤', ...FRONT_TOLD.map((allowed) => formatShare(allowed))];

export function frontCells({ label, front }: MethodReport): string[] {
  const at = (allowed: number): number | null =>
    front.find((point) => point.allowed === allowed)?.allocationOverUse ?? null;
  return [label, ...FRONT_TOLD.map((allowed) => formatRatio(at(allowed), 3))];
}
