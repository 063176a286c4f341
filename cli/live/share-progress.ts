import { createLogUpdate } from 'log-update';
import { formatDurationMs } from '#core/units/duration.ts';
import { drawBar } from '../../invoker/progress.ts';

/** Shows how far a computation is: nothing in its first second, for most are over by then. */
export interface ShareProgress {
  readonly show: (share: number, what: string) => void;
  /** Leaves the terminal as it was found. */
  readonly end: () => void;
}

const SILENT_MS = 1000;
const DRAW_EVERY_MS = 200;
const PLAIN_EVERY_MS = 10_000;

/** A bar that redraws itself on a terminal; elsewhere a plain line every ten seconds. */
export function shareProgress(stream: NodeJS.WriteStream): ShareProgress {
  const isTerminal = stream.isTTY && process.env.TERM !== 'dumb';
  const update = isTerminal ? createLogUpdate(stream) : null;
  const startMs = performance.now();
  let nextMs = startMs + (isTerminal ? SILENT_MS : PLAIN_EVERY_MS);
  return {
    show: (share, what) => {
      const now = performance.now();
      if (now < nextMs) return;
      nextMs = now + (isTerminal ? DRAW_EVERY_MS : PLAIN_EVERY_MS);
      const text = shareText(share, now - startMs, what);
      // Drawn again in place, so it must not wrap.
      update?.(`${drawBar(share)} ${text}`.slice(0, Math.max(1, (stream.columns || 80) - 1)));
      if (update === null) stream.write(`${text}\n`);
    },
    end: () => {
      update?.clear();
      update?.done();
    },
  };
}

/** `42 %, 13s left: qrcode` */
export function shareText(share: number, elapsedMs: number, what: string): string {
  const left = share > 0 ? Math.ceil((elapsedMs / share - elapsedMs) / 1000) * 1000 : null;
  const time = left === null ? '' : `, ${formatDurationMs(left)} left`;
  return `${Math.floor(share * 100)} %${time}: ${what}`;
}
