import type { Decision } from '../messages/decision.ts';
import { keyOf } from '../function-key.ts';
import { describeChange, changesBetween } from '../policy/reason.ts';
import type { Resources } from '../usage/reading.ts';
import type { FunctionOutcome } from './function-account.ts';
import type { LineCounts } from './read-decisions.ts';
import type { DecisionReplay } from './replay-decisions.ts';

const HEAD = [
  'function',
  'settings',
  'decisions',
  'resizes/h',
  'CPU request ÷ use',
  'short',
  'memory request ÷ use',
  'short',
];

/** What a replay showed, for a terminal: lines read, a table a function, and up to `most` differences. */
export function replayText(
  replay: DecisionReplay,
  counts: LineCounts,
  { overrides, most }: { readonly overrides: Readonly<Record<string, string>>; readonly most: number },
): string {
  const names = Object.entries(overrides).map(([name, value]) => `${name}=${value}`);
  const with_ = names.length === 0 ? 'with the policy of today' : `with ${names.join(', ')}`;
  const { same, differences } = replay;
  return [
    linesOf(counts),
    `Decided again ${with_}: ${same} the same, ${differences.length} different.`,
    '',
    ...tableOf(replay, names.length > 0),
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

function tableOf({ functions }: DecisionReplay, isOverridden: boolean): string[] {
  const rows = functions.flatMap(({ key, logged, replayed }) => {
    const first = [key, 'as logged', ...cellsOf(logged)];
    return isOverridden ? [first, ['', 'these', ...cellsOf(replayed)]] : [first];
  });
  const all = [HEAD, ...rows];
  const widths = HEAD.map((_, column) => Math.max(...all.map((row) => (row[column] ?? '').length)));
  return all.map((row) =>
    row
      .map((cell, column) =>
        column < 2 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join('  ')
      .trimEnd(),
  );
}

function cellsOf({ decisions, resizesPerHour, cpu, memory }: FunctionOutcome): string[] {
  return [
    String(decisions),
    fixed(resizesPerHour, 1),
    fixed(cpu.allocationOverUse, 2),
    percent(cpu.short),
    fixed(memory.allocationOverUse, 2),
    percent(memory.short),
  ];
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
