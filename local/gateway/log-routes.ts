import { Router, type Request } from 'express';
import { ForesizeError } from '#core/errors/error.ts';
import type { LogLine } from '../workloads/model.ts';
import { requireNamespace } from './deployment-body.ts';
import type { GatewaySettings } from './options.ts';
import { queryValue } from './query.ts';

interface LogQuery {
  readonly name: string;
  readonly namespace: string;
  readonly follow: boolean;
  /** 0: all kept lines. */
  readonly tail: number;
  readonly wanted: (line: LogLine) => boolean;
}

/** A follower that reads this much slower than the function writes is let go. */
const MAX_BACKLOG_BYTES = 4 * 2 ** 20;

function parseQuery(request: Request, namespaces: GatewaySettings['namespaces']): LogQuery {
  const name = queryValue(request, 'name');
  const namespace = requireNamespace(queryValue(request, 'namespace'), namespaces);
  const instance = queryValue(request, 'instance');
  const sinceMs = parseSinceMs(queryValue(request, 'since'));
  const wanted = (line: LogLine): boolean =>
    line.name === name &&
    line.namespace === namespace &&
    line.timestampMs >= sinceMs &&
    (instance === '' || line.instance === instance);
  const follow = /^(?:1|t|true)$/i.test(queryValue(request, 'follow'));
  return { name, namespace, follow, tail: parseTail(queryValue(request, 'tail')), wanted };
}

function parseSinceMs(text: string): number {
  const ms = text === '' ? -Infinity : Date.parse(text);
  if (Number.isNaN(ms)) throw new ForesizeError('request-invalid', `since=${text} is not an RFC 3339 time`);
  return ms;
}

function parseTail(text: string): number {
  if (text === '') return 0;
  if (/^-?\d+$/.test(text)) return Math.max(0, Number(text));
  throw new ForesizeError('request-invalid', `tail=${text} is not a whole number`);
}

function toJsonLine({ name, namespace, instance, timestampMs, text }: LogLine): string {
  const timestamp = new Date(timestampMs).toISOString();
  return `${JSON.stringify({ name, namespace, instance, timestamp, text })}\n`;
}

/** `/logs` as NDJSON: the kept lines, and with `follow` those to come, until the client goes. */
export function logRoutes({ workloads, namespaces }: GatewaySettings): Router {
  const router = Router();
  router.get('/logs', (request, response) => {
    const query = parseQuery(request, namespaces);
    if (workloads.deployment(query.namespace, query.name) === undefined) {
      throw new ForesizeError(
        'function-not-found',
        `function ${query.name} does not exist in namespace ${query.namespace}`,
      );
    }
    response.writeHead(200, { 'content-type': 'application/x-ndjson' });
    response.flushHeaders();
    const kept = workloads.logs(query.namespace, query.name).filter(query.wanted);
    response.write(
      kept
        .slice(query.tail === 0 ? 0 : -query.tail)
        .map(toJsonLine)
        .join(''),
    );
    if (!query.follow) {
      response.end();
      return;
    }
    const unsubscribe = workloads.subscribe((event) => {
      if (event.kind !== 'log' || !query.wanted(event.line)) return;
      if (response.writableLength > MAX_BACKLOG_BYTES) response.destroy();
      else response.write(toJsonLine(event.line));
    });
    response.on('close', unsubscribe);
  });
  return router;
}
