import type { DecisionRecord } from '#core/replay/decision-record.ts';
import { NO_LINES, readDecision } from '#core/replay/read-decisions.ts';
import { podNames, readText, readTextIfAny } from '../observe/read-text.ts';
import type { Target } from '../observe/target.ts';
import { recordedDecisions } from '../replay/recorded-decisions.ts';

/** A line with its input takes some kilobytes, and each function has one a cycle. */
const TAIL_LINES = 5000;
const MAXIMUM_BYTES = 128 * 2 ** 20;

/** Decisions about `name` in logs or folders of them, oldest first. Fails with the system's own words. */
export async function decisionsOfFiles(
  paths: readonly string[],
  name: string,
): Promise<readonly DecisionRecord[]> {
  const found: DecisionRecord[] = [];
  for await (const record of recordedDecisions(paths, { ...NO_LINES })) {
    if (record.name === name) found.push(record);
  }
  return found.sort((left, right) => left.at - right.at);
}

/** Decisions about `name` in the newest log of apply-resources' pods, oldest first; none where it does not run. */
export async function decisionsOfPods(
  { server, namespace }: Pick<Target, 'server' | 'namespace'>,
  name: string,
  signal: AbortSignal,
): Promise<readonly DecisionRecord[]> {
  const base = `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods`;
  const limits = { maximumBytes: MAXIMUM_BYTES, timeoutMs: 30_000, signal };
  const list = await readText(server, `${base}?labelSelector=faas_function%3Dapply-resources`, limits);
  const found: DecisionRecord[] = [];
  const counts = { ...NO_LINES };
  for (const pod of podNames(list)) {
    // What cannot be read is no reason not to explain what is decided now.
    const text = (await readTextIfAny(server, `${base}/${pod}/log?tailLines=${TAIL_LINES}`, limits)) ?? '';
    for (const line of text.split('\n')) {
      const record = readDecision(logged(line), counts);
      if (record?.name === name) found.push(record);
    }
  }
  return found.sort((left, right) => left.at - right.at);
}

/** of-watchdog may put a time before what the function wrote. */
function logged(line: string): string {
  const at = line.indexOf('{"event":"decision"');
  return at < 0 ? line : line.slice(at);
}
