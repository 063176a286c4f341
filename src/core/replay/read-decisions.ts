import { type DecisionRecord, decisionRecordSchema } from './decision-record.ts';

/** How lines of a log end up. */
export interface LineCounts {
  /** Decisions, and those of them that do not say what was decided on. */
  decisions: number;
  withoutInput: number;
  /** Lines of other kinds. */
  others: number;
  /** Decisions that cannot be read: torn, or of an unknown form. */
  unreadable: number;
}

export const NO_LINES: Readonly<LineCounts> = { decisions: 0, withoutInput: 0, others: 0, unreadable: 0 };

const PREFIX = '{"event":"decision"';

/** The decision that a line of a log holds; null for any other line, which is counted. */
export function readDecision(line: string, counts: LineCounts): DecisionRecord | null {
  const text = line.trim();
  if (text === '') return null;
  if (!text.startsWith(PREFIX.slice(0, Math.min(PREFIX.length, text.length)))) {
    counts.others++;
    return null;
  }
  const parsed = decisionRecordSchema.safeParse(jsonOf(text));
  if (!parsed.success) {
    counts.unreadable++;
    return null;
  }
  counts.decisions++;
  if (parsed.data.input === undefined) counts.withoutInput++;
  return parsed.data;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
