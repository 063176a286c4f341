import type { LogLine } from '../../workloads/model.ts';
import type { ApiContext } from '../context.ts';
import type { Reply, ResourceRequest } from '../resource.ts';
import { badRequest, notFound } from '../status.ts';

/** What a pod has written, as `kubectl logs` asks for it: `tailLines`, `sinceTime`, `sinceSeconds` and `timestamps`. */
export function podLog({ workloads }: ApiContext, { path, query, nowMs }: ResourceRequest): Reply {
  const pod = workloads.pod(path.namespace, path.name);
  if (!pod) throw notFound({ group: '', resource: 'pods' }, path.name);
  if (query.get('follow') === 'true') {
    throw badRequest('the local platform follows no logs here; faas-cli logs does');
  }
  const sinceMs = sinceOf(query, nowMs);
  const kept = workloads
    .logs(pod.namespace, pod.functionName)
    .filter(({ instance, timestampMs }) => instance === pod.name && timestampMs >= sinceMs);
  const tail = wholeNumber(query, 'tailLines');
  const lines = tail === null ? kept : kept.slice(Math.max(0, kept.length - tail));
  const isTimed = query.get('timestamps') === 'true';
  return { contentType: 'text/plain', text: lines.map((line) => textOf(line, isTimed)).join('') };
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
