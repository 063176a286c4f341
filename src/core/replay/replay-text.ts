import type { Decision } from '../messages/decision.ts';
import { keyOf } from '../function-key.ts';
import { describeChange, changesBetween } from '../policy/reason.ts';
import { columnTable, type TableColumn } from '../text-table.ts';
import type { Resources } from '../usage/reading.ts';
import type { FunctionOutcome } from './function-account.ts';
import type { LineCounts } from './read-decisions.ts';
import type { DecisionReplay } from './replay-decisions.ts';

interface Row extends FunctionOutcome {
  readonly name: string;
  readonly settings: string;
}

const COLUMNS: readonly TableColumn<Row>[] = [
  { title: 'function', cell: ({ name }) => name, sacrifice: 0 },
  { title: 'settings', cell: ({ settings }) => settings, sacrifice: 1 },
  { title: 'decisions', cell: ({ decisions }) => String(decisions), align: 'right', sacrifice: 7 },
  {
    title: 'resizes/h',
    cell: ({ resizesPerHour }) => fixed(resizesPerHour, 1),
    align: 'right',
    sacrifice: 2,
  },
  {
    title: 'CPU request ÷ use',
    cell: ({ cpu }) => fixed(cpu.allocationOverUse, 2),
    align: 'right',
    sacrifice: 5,
  },
  { title: 'short', cell: ({ cpu }) => percent(cpu.short), align: 'right', sacrifice: 3 },
  {
    title: 'memory request ÷ use',
    cell: ({ memory }) => fixed(memory.allocationOverUse, 2),
    align: 'right',
    sacrifice: 6,
  },
  { title: 'short', cell: ({ memory }) => percent(memory.short), align: 'right', sacrifice: 4 },
];

export interface ReplayTextOptions {
  readonly overrides: Readonly<Record<string, string>>;
  /** Differences that are told at most. */
  readonly most: number;
  /** Most characters of a line of the table. @default no bound */
  readonly width?: number;
}

/** What a replay showed, for a terminal: lines read, a table a function, and up to `most` differences. */
export function replayText(
  replay: DecisionReplay,
  counts: LineCounts,
  { overrides, most, width }: ReplayTextOptions,
): string {
  const names = Object.entries(overrides).map(([name, value]) => `${name}=${value}`);
  const with_ = names.length === 0 ? 'with the policy of today' : `with ${names.join(', ')}`;
  const { same, differences } = replay;
  return [
    linesOf(counts),
    `Decided again ${with_}: ${same} the same, ${differences.length} different.`,
    '',
    columnTable(COLUMNS, rowsOf(replay, names.length > 0), width).trimEnd(),
    ...differences.slice(0, most).flatMap(differenceLines),
    ...(differences.length > most ? ['', `and ${differences.length - most} more`] : []),
    '',
  ].join('\n');
}

function linesOf({ decisions, withoutInput, others, unreadable }: LineCounts): string {
  const beside = [
    withoutInput > 0 ? `${withoutInput} without what they were decided on` : '',
    others > 0 ? `${others} other ${others === 1 ? 'line' : 'lines'}` : '',
    unreadable > 0 ? `${unreadable} unreadable` : '',
  ].filter((text) => text !== '');
  return `${decisions} decisions${beside.length > 0 ? ` (${beside.join(', ')})` : ''}.`;
}

function rowsOf({ functions }: DecisionReplay, isOverridden: boolean): readonly Row[] {
  return functions.flatMap(({ key, logged, replayed }) => {
    const first = { ...logged, name: key, settings: 'as logged' };
    return isOverridden ? [first, { ...replayed, name: '', settings: 'these' }] : [first];
  });
}

const fixed = (value: number | null, digits: number): string =>
  value === null ? '–' : value.toFixed(digits);

const percent = (share: number | null): string => (share === null ? '–' : `${(100 * share).toFixed(1)} %`);

function differenceLines({
  logged,
  replayed,
}: {
  readonly logged: Decision;
  readonly replayed: Decision;
}): string[] {
  const at = new Date(logged.at).toISOString();
  return [
    '',
    `${at} ${keyOf(logged)}`,
    `  before: ${summary(logged)}`,
    `  now:    ${summary(replayed)}`,
    ...(summary(logged) === summary(replayed) ? [`  sizes:  ${sizesBetween(logged.to, replayed.to)}`] : []),
  ];
}

/** Where both are told alike. */
function sizesBetween(before: Resources | null, now: Resources | null): string {
  if (before === null || now === null) return 'the same';
  const names = changesBetween(before, now);
  return names.length === 0 ? 'the same' : names.map((name) => describeChange(before, now, name)).join(', ');
}

/** `resize CPU limit 100m → 480m: why` */
function summary({ action, from, to, reason }: Decision): string {
  if (from === null || to === null) return `${action}: ${reason}`;
  const changes = changesBetween(from, to).map((name) => describeChange(from, to, name));
  // The reason of a resize says its changes itself.
  return action === 'resize' || changes.length === 0
    ? `${action}: ${reason}`
    : `${action} (${changes.join(', ')}): ${reason}`;
}
