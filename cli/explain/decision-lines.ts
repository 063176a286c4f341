import type { DecisionRecord } from '#core/replay/decision-record.ts';
import { NO_LINES, readDecision } from '#core/replay/read-decisions.ts';
import { readPodLogs } from '../observe/pod-logs.ts';
import type { Target } from '../observe/target.ts';
import { recordedDecisions } from '../replay/recorded-decisions.ts';

/** A line with its input takes some kilobytes, and each function has one a cycle. */
const TAIL_LINES = 5000;

/** Decisions about `name` in logs or folders of them, oldest first. Fails with the system's own words. */
export async function decisionsOfFiles(
  paths: readonly string[],
  name: string,
  onRead?: (share: number, path: string) => void,
): Promise<readonly DecisionRecord[]> {
  const found: DecisionRecord[] = [];
  for await (const record of recordedDecisions(paths, { ...NO_LINES }, onRead)) {
    if (record.name === name) found.push(record);
  }
  return found.sort((left, right) => left.at - right.at);
}

/** Decisions about `name` in the newest log of apply-resources' pods, oldest first; none where it does not run. */
export async function decisionsOfPods(
  target: Pick<Target, 'server' | 'namespace'>,
  name: string,
  signal: AbortSignal,
): Promise<readonly DecisionRecord[]> {
  const counts = { ...NO_LINES };
  // What cannot be read is no reason not to explain what is decided now.
  const lines = await readPodLogs(target, 'apply-resources', { tailLines: TAIL_LINES }, signal);
  const found = lines.flatMap((line) => readDecision(line, counts) ?? []).filter((one) => one.name === name);
  return found.sort((left, right) => left.at - right.at);
}
