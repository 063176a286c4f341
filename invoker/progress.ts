import { createLogUpdate } from 'log-update';
import { formatDurationMs } from '#core/units/duration.ts';
import type { Summary } from './summary.ts';

export interface Progress {
  /** What is known by now; asked for a summary only when it draws. */
  readonly show: (summary: () => Summary) => void;
  /** Leaves the terminal as it was found. */
  readonly end: () => void;
}

const BAR_WIDTH = 30;
const DRAW_EVERY_MS = 200;
const PLAIN_EVERY_MS = 60_000;

/** A bar that redraws itself on a terminal, between calls too; elsewhere one plain line a minute. */
export function createProgress(stream: NodeJS.WriteStream, durationMs: number): Progress {
  const line = redrawnLine(stream);
  return line === null ? plain(stream) : bar(line, durationMs);
}

/** A line of a terminal that is drawn again in its place. */
export interface RedrawnLine {
  readonly draw: (text: string) => void;
  /** Leaves the terminal as it was found. */
  readonly end: () => void;
}

/** Null where the stream is no terminal, or one that cannot draw in place. */
export function redrawnLine(stream: NodeJS.WriteStream): RedrawnLine | null {
  if (!stream.isTTY || process.env.TERM === 'dumb') return null;
  const update = createLogUpdate(stream);
  return {
    draw: (text) => {
      // It must not wrap.
      update(text.slice(0, Math.max(1, (stream.columns || 80) - 1)));
    },
    end: () => {
      update.clear();
      update.done();
    },
  };
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

function bar(line: RedrawnLine, durationMs: number): Progress {
  const startMs = performance.now();
  let summarise: (() => Summary) | null = null;
  const draw = (): void => {
    const elapsedMs = performance.now() - startMs;
    const elapsed = formatDurationMs(Math.floor(elapsedMs / 1000) * 1000);
    const endless = !Number.isFinite(durationMs);
    const head = endless
      ? elapsed
      : `${drawBar(elapsedMs / durationMs)} ${elapsed} of ${formatDurationMs(durationMs)}`;
    line.draw(`${head}  ${summarise === null ? 'no call answered yet' : progressText(summarise())}`);
  };
  const timer = setInterval(draw, DRAW_EVERY_MS);
  draw();
  return {
    show: (summary) => {
      summarise = summary;
    },
    end: () => {
      clearInterval(timer);
      line.end();
    },
  };
}

function plain(stream: NodeJS.WriteStream): Progress {
  const startMs = performance.now();
  let summarise: (() => Summary) | null = null;
  const tell = (): void => {
    const passed = Math.round((performance.now() - startMs) / PLAIN_EVERY_MS) * PLAIN_EVERY_MS;
    const text = summarise === null ? 'no call answered yet' : progressText(summarise());
    stream.write(`${formatDurationMs(passed)}: ${text}\n`);
  };
  const timer = setInterval(tell, PLAIN_EVERY_MS);
  return {
    show: (summary) => {
      summarise = summary;
    },
    end: () => {
      clearInterval(timer);
    },
  };
}
