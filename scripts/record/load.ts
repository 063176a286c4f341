import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import * as z from 'zod';
import { PATTERNS } from '../../invoker/arrivals.ts';
import { invoke } from '../../invoker/invoke.ts';
import { parsePayloadSizes } from '../../invoker/payloads.ts';
import { seededRandom } from '../../invoker/random.ts';
import type { RecordedFunction } from '../../training/recordings/format.ts';

const CALL_TIMEOUT_MS = 30_000;
const MINUTE_MS = 60_000;

export interface LoadOptions {
  readonly gatewayUrl: string;
  /** The session's folder. */
  readonly directory: string;
  readonly durationMs: number;
  readonly signal: AbortSignal;
}

/** Sends a function its load, and writes its calls down, for `durationMs` or until `signal` is aborted. */
export async function sendLoad(entry: RecordedFunction, options: LoadOptions): Promise<void> {
  const { gatewayUrl, directory, durationMs, signal } = options;
  const waitMs = Math.min(durationMs, beginsAfterMs(entry));
  await pause(waitMs, undefined, { signal }).catch(() => undefined);
  if (signal.aborted || waitMs === durationMs) return;
  await invoke({
    target: { url: `${gatewayUrl}/function/${entry.name}`, timeoutMs: CALL_TIMEOUT_MS },
    pattern: z.enum(PATTERNS).parse(entry.pattern),
    ratePerMinute: entry.ratePerMinute,
    durationMs: durationMs - waitMs,
    periodMs: entry.periodMs,
    seed: entry.seed,
    spread: entry.spread,
    payload: parsePayloadSizes(entry.payload),
    concurrency: entry.concurrency,
    record: { calls: join(directory, entry.name, 'calls.csv') },
    signal,
  });
}

/** A moment of its own for what would otherwise come at the same moment for all functions: bursts, and starts of minutes. */
function beginsAfterMs({ pattern, periodMs, seed }: RecordedFunction): number {
  if (pattern !== 'burst' && pattern !== 'random') return 0;
  return Math.round(seededRandom(seed)() * Math.max(MINUTE_MS, periodMs));
}
