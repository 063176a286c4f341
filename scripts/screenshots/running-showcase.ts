import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import getPort from 'get-port';
import * as z from 'zod';
import { invoke } from '../../invoker/invoke.ts';
import { parsePayloadSizes } from '../../invoker/payloads.ts';
import { SHOWN, writeShowcase } from './showcase.ts';

const ROOT = join(import.meta.dirname, '../..');
const CALL_TIMEOUT_MS = 30_000;

export interface RunningShowcase {
  readonly pageUrl: string;
  readonly kubeconfigPath: string;
  close(): Promise<void>;
}

const platformSchema = z.object({
  event: z.literal('platform'),
  gatewayUrl: z.string(),
  pageUrl: z.string(),
  kubeconfigPath: z.string(),
});
const eventSchema = z.looseObject({ event: z.string() });

/** `foresize up` with the showcase's stack in `folder`, once all of it is ready, and load on its functions. */
export async function runShowcase(folder: string): Promise<RunningShowcase> {
  const stack = writeShowcase(folder);
  const port = String(await getPort());
  const ports = ['--port', '0', '--metrics-port', '0', '--page-port', port];
  const words = ['up', '-f', stack, '--directory', join(folder, 'platform'), '--json', ...ports];
  const child = spawn(process.execPath, ['cli/bin.mjs', ...words], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'close');
  const lines = createInterface({ input: child.stdout });
  const close = async (): Promise<void> => {
    child.kill('SIGINT');
    lines.resume();
    await ended;
  };
  try {
    const { gatewayUrl, pageUrl, kubeconfigPath } = await untilReady(lines);
    const stopping = new AbortController();
    const loads = sendLoad(gatewayUrl, stopping.signal);
    return {
      pageUrl,
      kubeconfigPath,
      close: async () => {
        stopping.abort();
        await loads;
        await close();
      },
    };
  } catch (error) {
    await close();
    throw error;
  }
}

async function untilReady(lines: AsyncIterable<string>): Promise<z.infer<typeof platformSchema>> {
  let platform: z.infer<typeof platformSchema> | undefined;
  for await (const line of lines) {
    const event = eventSchema.parse(JSON.parse(line));
    if (event.event === 'platform') platform = platformSchema.parse(event);
    if (event.event === 'ready' && platform !== undefined) return platform;
  }
  throw new Error('the platform ended before its functions were ready');
}

async function sendLoad(gatewayUrl: string, signal: AbortSignal): Promise<void> {
  const loads = SHOWN.flatMap(({ name, load }) => (load === null ? [] : [{ name, ...load }]));
  await Promise.all(
    loads.map(({ name, payload, ...load }, index) =>
      invoke({
        ...load,
        target: { url: `${gatewayUrl}/function/${name}`, timeoutMs: CALL_TIMEOUT_MS },
        payload: parsePayloadSizes(payload),
        durationMs: Infinity,
        seed: index + 1,
        spread: true,
        concurrency: 4,
        signal,
      }),
    ),
  );
}
