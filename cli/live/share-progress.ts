import { formatDurationMs } from '#core/units/duration.ts';
import { drawBar, redrawnLine } from '../../invoker/progress.ts';

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
  const line = redrawnLine(stream);
  const startMs = performance.now();
  let nextMs = startMs + (line === null ? PLAIN_EVERY_MS : SILENT_MS);
  return {
    show: (share, what) => {
      const now = performance.now();
      if (now < nextMs) return;
      nextMs = now + (line === null ? PLAIN_EVERY_MS : DRAW_EVERY_MS);
      const text = shareText(share, now - startMs, what);
      if (line === null) stream.write(`${text}\n`);
      else line.draw(`${drawBar(share)} ${text}`);
    },
    end: () => {
      line?.end();
    },
  };
}

/** Does work that tells how far it is, and shows that on stderr. */
export async function withProgress<T>(work: (show: ShareProgress['show']) => Promise<T>): Promise<T> {
  const progress = shareProgress(process.stderr);
  try {
    return await work(progress.show);
  } finally {
    progress.end();
  }
}

/** `42 %, 13s left: qrcode` */
export function shareText(share: number, elapsedMs: number, what: string): string {
  const left = share > 0 ? Math.ceil((elapsedMs / share - elapsedMs) / 1000) * 1000 : null;
  const time = left === null ? '' : `, ${formatDurationMs(left)} left`;
  return `${Math.floor(share * 100)} %${time}: ${what}`;
}
