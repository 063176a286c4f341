import * as z from 'zod';
import { ForesizeError } from '#core/errors/error.ts';

const codeSchema = z.object({ code: z.number().int() });
const statusSchema = z.object({ message: z.string() });

/** HTTP status of an error of the client; null if the API server did not answer. Class names don't survive minifying. */
export function apiStatus(error: unknown): number | null {
  const parsed = codeSchema.safeParse(error);
  return parsed.success ? parsed.data.code : null;
}

/** The API server's own words, else the error's. */
export function apiMessage(error: unknown): string {
  const body = error instanceof Error && 'body' in error ? error.body : undefined;
  const status = statusSchema.safeParse(typeof body === 'string' ? parseJson(body) : body);
  if (status.success) return status.data.message;
  if (apiStatus(error) !== null) return `HTTP ${apiStatus(error) ?? ''}`;
  return error instanceof Error ? error.message : String(error);
}

/**
 * Runs a call of the client and turns its errors into ours: `kubernetes-refused` for a 4xx, `kubernetes-unavailable`
 * for anything else. An aborted `signal` throws its reason.
 */
export async function callApi<T>(
  what: string,
  address: string,
  signal: AbortSignal,
  call: () => Promise<T>,
): Promise<T> {
  signal.throwIfAborted();
  try {
    return await call();
  } catch (error) {
    signal.throwIfAborted();
    throw toForesizeError(what, address, error);
  }
}

/** As `callApi`, of one object: null where there is none of the name. */
export function readApi<T>(
  what: string,
  address: string,
  signal: AbortSignal,
  call: () => Promise<T>,
): Promise<T | null> {
  return callApi(what, address, signal, async () => {
    try {
      return await call();
    } catch (error) {
      if (apiStatus(error) === 404) return null;
      throw error;
    }
  });
}

/** See `callApi`. */
export function toForesizeError(what: string, address: string, error: unknown): ForesizeError {
  const status = apiStatus(error);
  const refused = status !== null && status >= 400 && status < 500 && status !== 429;
  return refused
    ? new ForesizeError('kubernetes-refused', `${what} was refused with ${status}: ${apiMessage(error)}`, {
        cause: error,
      })
    : new ForesizeError('kubernetes-unavailable', `${what} at ${address} failed: ${apiMessage(error)}`, {
        cause: error,
      });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
