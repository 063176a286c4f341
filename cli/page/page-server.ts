import { createServer, type IncomingMessage } from 'node:http';
import type { PageData } from '#page/answer.ts';
import { toAssets } from '#page/assets.ts';
import { bundleAssets } from '#page/bundle-assets.ts';
import { createPageHandler } from '#page/handler.ts';
import { closeServer, listen, urlOf } from '../../local/gateway/listen.ts';
import getPort from 'get-port';

export interface PageServer {
  /** Ends with `/`: the page's addresses are relative to it. */
  readonly url: string;
  close(): Promise<void>;
}

export interface PageServerOptions {
  readonly data: PageData;
  /** Undefined takes the usual one, or a free one where that is taken. */
  readonly port: number | undefined;
  readonly onProblem: (error: unknown) => void;
}

const LOOPBACK = '127.0.0.1';
const USUAL_PORT = 8088;

/** The names of this machine: a page elsewhere whose name was made to point here says its own. */
const OWN_HOST = /^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/;

/** Serves the page on loopback. Throws `port-in-use`, and esbuild's BuildFailure. */
export async function startPageServer({ data, port, onProblem }: PageServerOptions): Promise<PageServer> {
  const handle = createPageHandler({ assets: toAssets(await bundleAssets()), data, onProblem });
  const server = createServer((request, response) => {
    if (isForUs(request)) void handle(request, response);
    else response.writeHead(421).end();
  });
  await listen(server, LOOPBACK, port ?? (await getPort({ host: LOOPBACK, port: USUAL_PORT })), 'page');
  return {
    url: `${urlOf(server, LOOPBACK)}/`,
    close: () => closeServer(server),
  };
}

function isForUs({ headers }: IncomingMessage): boolean {
  return OWN_HOST.test(headers.host ?? '');
}
