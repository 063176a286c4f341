import type { LogLine } from '../../workloads/model.ts';
import type { ApiContext } from '../context.ts';
import type { Reply, ResourceRequest } from '../resource.ts';
import { badRequest, notFound } from '../status.ts';
import { follow } from './follow.ts';

const TEXT = 'text/plain';

/**
 * What a pod has written, as `kubectl logs` asks for it: `tailLines`, `sinceTime`, `sinceSeconds` and `timestamps`, and
 * with `follow` what it writes from then on, until the client leaves.
 */
export function podLog({ workloads }: ApiContext, { path, query, nowMs, signal }: ResourceRequest): Reply {
  const pod = workloads.pod(path.namespace, path.name);
  if (!pod) throw notFound({ group: '', resource: 'pods' }, path.name);
  const isTimed = query.get('timestamps') === 'true';
  const sinceMs = sinceOf(query, nowMs);
  const tail = wholeNumber(query, 'tailLines');
  const isOfPod = (line: LogLine): boolean => line.instance === pod.name && line.timestampMs >= sinceMs;
  const there = (): string[] => {
    const kept = workloads.logs(pod.namespace, pod.functionName).filter(isOfPod);
    const lines = tail === null ? kept : kept.slice(Math.max(0, kept.length - tail));
    return lines.map((line) => textOf(line, isTimed));
  };
  if (query.get('follow') !== 'true') return { contentType: TEXT, text: there().join('') };
  const chunks = follow(
    workloads,
    there,
    (event) => (event.kind === 'log' && isOfPod(event.line) ? textOf(event.line, isTimed) : undefined),
    signal,
  );
  return { contentType: TEXT, chunks };
}

function textOf({ timestampMs, text }: LogLine, isTimed: boolean): string {
  return isTimed ? `${new Date(timestampMs).toISOString()} ${text}\n` : `${text}\n`;
}

/** Whole seconds, as the API's times are. */
function sinceOf(query: URLSearchParams, nowMs: number): number {
  const seconds = wholeNumber(query, 'sinceSeconds');
  if (seconds !== null) return nowMs - seconds * 1000;
  const text = query.get('sinceTime');
  if (text === null) return -Infinity;
  const ms = Date.parse(text);
  if (Number.isNaN(ms)) throw badRequest(`sinceTime=${JSON.stringify(text)} is no RFC 3339 time`);
  return Math.floor(ms / 1000) * 1000;
}

function wholeNumber(query: URLSearchParams, name: string): number | null {
  const text = query.get(name);
  if (text === null) return null;
  if (!/^\d+$/.test(text)) throw badRequest(`${name}=${JSON.stringify(text)} is no whole number`);
  return Number(text);
}
