import type { Target } from './target.ts';
import { podNames, readText, readTextIfAny } from './read-text.ts';

const MAXIMUM_BYTES = 128 * 2 ** 20;

/** Which lines of a pod's log: the last so many, or those since a Unix ms. */
export type LogPart = { readonly tailLines: number } | { readonly sinceMs: number };

/**
 * Lines of the logs of a function's pods, one pod after the other, each without what of-watchdog may put before it; none
 * where it does not run, and none of a pod whose log may not be read. Throws `http-failed`.
 */
export async function readPodLogs(
  { server, namespace }: Pick<Target, 'server' | 'namespace'>,
  functionName: string,
  part: LogPart,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const base = `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods`;
  const limits = { maximumBytes: MAXIMUM_BYTES, timeoutMs: 30_000, signal };
  const list = await readText(server, `${base}?labelSelector=faas_function%3D${functionName}`, limits);
  const lines: string[] = [];
  for (const pod of podNames(list)) {
    const text = await readTextIfAny(server, `${base}/${pod}/log?${queryOf(part)}`, limits);
    if (text !== null) lines.push(...text.split('\n').map(withoutPrefix));
  }
  return lines;
}

function queryOf(part: LogPart): string {
  if ('tailLines' in part) return `tailLines=${part.tailLines}`;
  return `sinceTime=${encodeURIComponent(new Date(part.sinceMs).toISOString())}`;
}

/** of-watchdog may put a time before what the function wrote, which is JSON. */
function withoutPrefix(line: string): string {
  const at = line.indexOf('{"');
  return at < 0 ? line : line.slice(at);
}
