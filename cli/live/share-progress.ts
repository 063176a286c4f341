import { formatDurationMs } from '#core/units/duration.ts';
import { drawBar, redrawnLine } from '../../invoker/progress.ts';
import type { QuietFlag } from './tell.ts';

/** Shows how far a computation is: nothing in its first second, for most are over by then. */
export interface ShareProgress {
  /** `share` from 0 to 1, null where nobody can tell. */
  readonly show: (share: number | null, what: string) => void;
  /** Leaves the terminal as it was found. */
  readonly end: () => void;
}

const SILENT_MS = 1000;
const DRAW_EVERY_MS = 200;
const PLAIN_EVERY_MS = 10_000;

/**
 * A bar that redraws itself on a terminal, also while nothing is told; elsewhere a plain line every ten seconds. What
 * computes without a pause is drawn when it tells how far it is.
 */
export function shareProgress(stream: NodeJS.WriteStream): ShareProgress {
  const line = redrawnLine(stream);
  const everyMs = line === null ? PLAIN_EVERY_MS : DRAW_EVERY_MS;
  const startMs = performance.now();
  let nextMs = startMs + (line === null ? PLAIN_EVERY_MS : SILENT_MS);
  let told: { readonly share: number | null; readonly what: string } | null = null;
  // Of several computations in a row each has a share of its own.
  let partMs = startMs;
  const draw = (): void => {
    const now = performance.now();
    if (told === null || now < nextMs) return;
    nextMs = now + everyMs;
    const text = shareText(told.share, now - partMs, told.what);
    if (line === null) stream.write(`${text}\n`);
    else line.draw(told.share === null ? text : `${drawBar(told.share)} ${text}`);
  };
  const timer = setInterval(draw, DRAW_EVERY_MS);
  return {
    show: (share, what) => {
      if ((share ?? -1) < (told?.share ?? -1) || (share !== null && told?.share === null)) {
        partMs = performance.now();
      }
      told = { share, what };
      draw();
    },
    end: () => {
      clearInterval(timer);
      line?.end();
    },
  };
}

/** Does work that tells how far it is, and shows that on stderr unless it is to be quiet. */
export async function withProgress<T>(
  work: (show: ShareProgress['show']) => Promise<T>,
  { quiet }: QuietFlag = {},
): Promise<T> {
  if (quiet === true) return work(() => undefined);
  const progress = shareProgress(process.stderr);
  try {
    return await work(progress.show);
  } finally {
    progress.end();
  }
}

/** `42 %, 13s left: qrcode`; `13s: qrcode` where nobody can tell how far it is. */
export function shareText(share: number | null, elapsedMs: number, what: string): string {
  const seconds = (ms: number, round: (value: number) => number): string =>
    formatDurationMs(round(ms / 1000) * 1000);
  if (share === null) return `${seconds(elapsedMs, Math.floor)}: ${what}`;
  const time = share > 0 ? `, ${seconds(elapsedMs / share - elapsedMs, Math.ceil)} left` : '';
  return `${Math.floor(share * 100)} %${time}: ${what}`;
}
