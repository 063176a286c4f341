import { httpRequest } from '#platform/http/request.ts';
import type { Answer, Send } from './call.ts';

export interface Target {
  readonly url: string;
  /** @default POST */
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** For the whole exchange. */
  readonly timeoutMs: number;
}

/** Sends payloads to one address over HTTP. */
export function httpSend({ url, method = 'POST', headers = {}, timeoutMs }: Target): Send {
  return async (payload, signal) => {
    const expired = AbortSignal.timeout(timeoutMs);
    try {
      const { status } = await httpRequest({
        url,
        method,
        headers: { 'content-type': 'text/plain', ...headers },
        ...(method === 'GET' || method === 'HEAD' ? {} : { body: payload }),
        // Its own deadline must not come first: `expired` tells a timeout from other failures.
        timeoutMs: 2 * timeoutMs + 1000,
        signal: AbortSignal.any([signal, expired]),
      });
      return answered(status);
    } catch (error) {
      return unanswered(error, signal.aborted, expired.aborted ? timeoutMs : null);
    }
  };
}

function answered(status: number): Answer {
  if (status >= 200 && status < 300) return { outcome: 'ok', status, error: null };
  return { outcome: 'refused', status, error: `status ${status}` };
}

function unanswered(error: unknown, cancelled: boolean, timedOutAfterMs: number | null): Answer {
  if (cancelled) return { outcome: 'cancelled', status: null, error: 'the run ended' };
  if (timedOutAfterMs !== null) {
    return { outcome: 'timeout', status: null, error: `no answer within ${timedOutAfterMs} ms` };
  }
  return { outcome: 'failed', status: null, error: error instanceof Error ? error.message : String(error) };
}
