import type { Decision } from '#core/messages/decision.ts';
import { type Line, wrapText } from './line.ts';
import { decisionLine } from './plain.ts';

const ACTION_STYLE = { resize: 'green', hold: 'gray', skip: 'yellow' } as const;
const INDENT = ' '.repeat('00:00:00 '.length);
const NARROWEST = 20;
const MOST_LINES_EACH = 3;

/** The latest decisions, oldest first, in at most `room` lines, with their reasons wrapped. */
export function decisionLines(decisions: readonly Decision[], columns: number, room: number): Line[] {
  let lines: Line[] = [];
  for (const { decision, times } of runs(decisions).toReversed()) {
    const next = wrapped(decision, times, columns);
    if (lines.length === 0) next.length = Math.min(next.length, room);
    if (lines.length + next.length > room) break;
    lines = [...next, ...lines];
  }
  return lines;
}

interface Run {
  /** The last of them. */
  readonly decision: Decision;
  readonly times: number;
}

/** The same said again, cycle after cycle, is one entry with a count: it must not push a resize off the screen. */
function runs(decisions: readonly Decision[]): Run[] {
  const found: Run[] = [];
  for (const decision of decisions) {
    const previous = found.at(-1);
    const again = previous !== undefined && decisionLine(previous.decision) === decisionLine(decision);
    if (again && decision.action !== 'resize') found.pop();
    found.push({ decision, times: again && decision.action !== 'resize' ? previous.times + 1 : 1 });
  }
  return found;
}

function wrapped(decision: Decision, times: number, columns: number): Line[] {
  const style = ACTION_STYLE[decision.action];
  const text = `${decisionLine(decision)}${times > 1 ? ` (${times} times)` : ''}`;
  const lines = wrapText(text, Math.max(NARROWEST, columns - INDENT.length));
  const shown = lines.slice(0, MOST_LINES_EACH);
  if (lines.length > shown.length) shown.push(`${shown.pop() ?? ''} …`);
  const time = `${new Date(decision.at).toTimeString().slice(0, 8)} `;
  return shown.map((part, index) => [
    index === 0 ? { text: time, style: 'gray' } : { text: INDENT },
    { text: part, style },
  ]);
}
