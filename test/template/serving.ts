import { createFunctionServer, type FunctionServer } from '#template/server.ts';
import { readSettings } from '#template/settings.ts';
import type { FunctionModule } from '#template/types.ts';

/** A function served in this process on a free port, and the log lines it has written. */
export interface Serving {
  readonly server: FunctionServer;
  readonly port: number;
  readonly url: string;
  readonly log: Record<string, unknown>[];
}

/** Serves a function; `environment` holds what stack.yml would set. */
export async function serveHere(
  module: FunctionModule,
  environment: Record<string, string> = {},
): Promise<Serving> {
  const log: Record<string, unknown>[] = [];
  const settings = readSettings({ PORT: '0', ...environment });
  const server = createFunctionServer(module, settings, (line) => {
    log.push(JSON.parse(line) as Record<string, unknown>);
  });
  const port = await server.start();
  return { server, port, url: `http://127.0.0.1:${port}`, log };
}
