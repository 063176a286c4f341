import type { IncomingMessage, ServerResponse } from 'node:http';
import { createPageAnswers, type PageOptions } from './answer.ts';

/** Answers the page's requests to a server of Node's. Never throws. */
export function createPageHandler(options: PageOptions) {
  const answer = createPageAnswers(options);
  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const gone = new AbortController();
    response.once('close', () => {
      gone.abort();
    });
    const { method = 'GET', url = '/', headers } = request;
    const { status, headers: told, body } = await answer({ method, path: url, headers }, gone.signal);
    if (gone.signal.aborted) return;
    response.writeHead(status, told).end(body);
  };
}
