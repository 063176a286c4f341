import * as z from 'zod';
import { ForesizeError } from '#core/errors/error.ts';
import { apiRequest, type ApiServer } from '#platform/http/api-server.ts';
import { type HttpRequest, httpRequest } from '#platform/http/request.ts';

type Limits = Pick<HttpRequest, 'timeoutMs' | 'maximumBytes'> & { readonly signal: AbortSignal };

/** The text at a path of the API server; null for any other answer than 200. Throws `http-failed`, `http-too-large`. */
export async function readText(server: ApiServer, path: string, limits: Limits): Promise<string | null> {
  const { status, body } = await httpRequest({ ...(await apiRequest(server, path)), ...limits });
  return status === 200 ? body.toString('utf8') : null;
}

/** The same for what can be done without: null where it cannot be read at all, too. */
export async function readTextIfAny(server: ApiServer, path: string, limits: Limits): Promise<string | null> {
  try {
    return await readText(server, path, limits);
  } catch (error) {
    limits.signal.throwIfAborted();
    if (error instanceof ForesizeError) return null;
    throw error;
  }
}

const podsSchema = z.object({ items: z.array(z.object({ metadata: z.object({ name: z.string() }) })) });

/** Names of the pods in the text of a list; none where it is no such list. */
export function podNames(text: string | null): readonly string[] {
  const pods = podsSchema.safeParse(parsed(text));
  return pods.success ? pods.data.items.map(({ metadata }) => metadata.name) : [];
}

function parsed(text: string | null): unknown {
  try {
    return text === null ? null : JSON.parse(text);
  } catch {
    return null;
  }
}
