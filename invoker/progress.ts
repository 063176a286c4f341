import { createLogUpdate } from 'log-update';
import { formatDurationMs } from '#core/units/duration.ts';
import type { Summary } from './summary.ts';

export interface Progress {
  /** Called as often as is convenient; asks for a summary only when it draws. */
  readonly show: (elapsedMs: number, summary: () => Summary) => void;
  /** Leaves the terminal as it was found. */
  readonly end: () => void;
}

const BAR_WIDTH = 30;
const DRAW_EVERY_MS = 200;
const PLAIN_EVERY_MS = 60_000;

/** A bar that redraws itself on a terminal; elsewhere one plain line a minute. */
export function createProgress(stream: NodeJS.WriteStream, durationMs: number): Progress {
  return stream.isTTY ? bar(stream, durationMs) : plain(stream);
}

/** `42 calls, 1 error, p95 87 ms` */
export function progressText({ calls, errors, latencyMs }: Summary): string {
  const parts = [
    `${calls} ${calls === 1 ? 'call' : 'calls'}`,
    `${errors} ${errors === 1 ? 'error' : 'errors'}`,
  ];
  if (latencyMs !== null) parts.push(`p95 ${latencyMs.p95.toFixed(0)} ms`);
  return parts.join(', ');
}

/** `[#####…    ]`, full at `share` 1. */
export function drawBar(share: number): string {
  const full = Math.round(BAR_WIDTH * Math.min(1, Math.max(0, share)));
  return `[${'#'.repeat(full)}${' '.repeat(BAR_WIDTH - full)}]`;
}

function bar(stream: NodeJS.WriteStream, durationMs: number): Progress {
  const update = createLogUpdate(stream);
  let drawnMs = -Infinity;
  return {
    show: (elapsedMs, summary) => {
      if (elapsedMs - drawnMs < DRAW_EVERY_MS) return;
      drawnMs = elapsedMs;
      const elapsed = formatDurationMs(Math.floor(elapsedMs / 1000) * 1000);
      const endless = !Number.isFinite(durationMs);
      const head = endless ? elapsed : `${drawBar(elapsedMs / durationMs)} ${elapsed}`;
      update(`${head}  ${progressText(summary())}`);
    },
    end: () => {
      update.clear();
      update.done();
    },
  };
}

function plain(stream: NodeJS.WriteStream): Progress {
  let minutes = 0;
  return {
    show: (elapsedMs, summary) => {
      const passed = Math.floor(elapsedMs / PLAIN_EVERY_MS);
      if (passed <= minutes) return;
      minutes = passed;
      stream.write(`${formatDurationMs(passed * PLAIN_EVERY_MS)}: ${progressText(summary())}\n`);
    },
    end: () => undefined,
  };
}
