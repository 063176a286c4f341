import * as z from 'zod';
import { ForesizeError } from '#core/errors/error.ts';
import type { DecisionRecord } from '#core/replay/decision-record.ts';
import { NO_LINES, readDecision } from '#core/replay/read-decisions.ts';
import { apiRequest } from '#platform/http/api-server.ts';
import { httpRequest } from '#platform/http/request.ts';
import type { Target } from '../observe/target.ts';
import { recordedDecisions } from '../replay/recorded-decisions.ts';

const podsSchema = z.object({ items: z.array(z.object({ metadata: z.object({ name: z.string() }) })) });

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
  const read = async (path: string): Promise<string | null> => {
    const request = {
      ...(await apiRequest(server, path)),
      maximumBytes: MAXIMUM_BYTES,
      timeoutMs: 30_000,
      signal,
    };
    const { status, body } = await httpRequest(request);
    return status === 200 ? body.toString('utf8') : null;
  };
  const list = await read(`${base}?labelSelector=faas_function%3Dapply-resources`);
  const pods = podsSchema.safeParse(list === null ? null : JSON.parse(list));
  const found: DecisionRecord[] = [];
  const counts = { ...NO_LINES };
  for (const pod of pods.success ? pods.data.items : []) {
    const text = await readLog(read, `${base}/${pod.metadata.name}/log?tailLines=${TAIL_LINES}`, signal);
    for (const line of text.split('\n')) {
      const record = readDecision(logged(line), counts);
      if (record?.name === name) found.push(record);
    }
  }
  return found.sort((left, right) => left.at - right.at);
}

/** What cannot be read is no reason not to explain what is decided now. */
async function readLog(
  read: (path: string) => Promise<string | null>,
  path: string,
  signal: AbortSignal,
): Promise<string> {
  try {
    return (await read(path)) ?? '';
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof ForesizeError) return '';
    throw error;
  }
}

/** of-watchdog may put a time before what the function wrote. */
function logged(line: string): string {
  const at = line.indexOf('{"event":"decision"');
  return at < 0 ? line : line.slice(at);
}
