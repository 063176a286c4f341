import { once } from 'node:events';
import { invoke } from '../../invoker/invoke.ts';
import type { Platform } from '../../local/platform.ts';
import type { Story } from '../live/story.ts';

const MINUTE_MS = 60_000;
/** Calls of a minute vary by this much around the rate, so that there is something to forecast. */
const LEAST_SHARE = 0.75;

/**
 * On qrcode 13 to 22 ms of CPU a call, of Node 20 and 24 alike: more than the 10 ms that a limit of 100m gives in one
 * period, so that every call meets the limit. Texts of 64 bytes take 6 ms, and most of those would not.
 */
const PAYLOAD_BYTES = { least: 1000, most: 2000 };

/** Sends random load and tells the story of it until `signal` is aborted; only waits where there is no function to call. */
export async function sendLoad(
  { load, rate }: { readonly load: string | null; readonly rate: number },
  { gatewayUrl }: Platform,
  story: Story,
  signal: AbortSignal,
): Promise<void> {
  if (load === null) {
    if (!signal.aborted) await once(signal, 'abort');
    return;
  }
  await invoke({
    target: { url: `${gatewayUrl}/function/${load}`, timeoutMs: 30_000 },
    pattern: 'random',
    ratePerMinute: rate,
    leastPerMinute: Math.max(1, Math.round(LEAST_SHARE * rate)),
    spread: true,
    durationMs: Infinity,
    periodMs: MINUTE_MS,
    seed: 1,
    payload: { kind: 'uniform', ...PAYLOAD_BYTES },
    concurrency: 64,
    signal,
    onCall: ({ sentAtMs, latencyMs, outcome }) => {
      if (outcome === 'cancelled') return;
      story.onCall({ startedAtMs: sentAtMs, durationMs: latencyMs, ok: outcome === 'ok' });
    },
  });
}
