import type * as z from 'zod';
import { ForesizeError } from '#core/errors/error.ts';
import { apiRequest, type ApiServer } from '#platform/http/api-server.ts';
import { httpRequest, type HttpRequest, type HttpResponse, messageIn } from '#platform/http/request.ts';

/** Asks the API server; any status is an answer. Throws `http-failed`, `http-too-large`. */
export async function ask(
  server: ApiServer,
  path: string,
  more: Pick<HttpRequest, 'method' | 'body' | 'timeoutMs'> & { readonly signal: AbortSignal },
): Promise<HttpResponse> {
  const { headers, ...request } = await apiRequest(server, path);
  const type = more.body === undefined ? {} : { 'content-type': 'application/json' };
  return httpRequest({ ...request, ...more, headers: { ...headers, ...type, accept: 'application/json' } });
}

/** The server's own words, else its status. */
export const saidIn = ({ status, body }: HttpResponse): string => messageIn(body) ?? `HTTP ${status}`;

/** Throws `kubernetes-refused` unless the answer's status is one of `statuses` and its JSON is of the schema. */
export function answerAs<T extends z.ZodType>(
  what: string,
  schema: T,
  answer: HttpResponse,
  statuses: readonly number[] = [200],
): z.output<T> {
  if (!statuses.includes(answer.status))
    throw new ForesizeError('kubernetes-refused', `${what} was answered ${answer.status}: ${saidIn(answer)}`);
  const parsed = schema.safeParse(jsonIn(answer.body));
  if (parsed.success) return parsed.data;
  throw new ForesizeError('kubernetes-refused', `${what} was answered with what it is not`);
}

function jsonIn(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    return undefined;
  }
}
