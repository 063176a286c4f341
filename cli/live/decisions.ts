import { type Decision, decisionSchema } from '#core/messages/decision.ts';

/** The decision that a log line of apply-resources holds, or undefined for any other line. */
export function decisionOf(line: string): Decision | undefined {
  if (!line.startsWith('{"event":"decision"')) return undefined;
  try {
    return decisionSchema.parse(JSON.parse(line));
  } catch {
    return undefined;
  }
}
