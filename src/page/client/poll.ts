import type { z } from 'zod';
import { authorization } from './token.ts';

export interface Poll {
  stop(): void;
}

export interface PollOptions<T extends z.ZodType> {
  /** Relative to the page. */
  readonly address: string;
  readonly schema: T;
  readonly onData: (data: z.infer<T>) => void | Promise<void>;
  /** Null once all is well again. */
  readonly onProblem: (problem: string | null) => void;
  /** Without the right token; nothing is asked for again. */
  readonly onRefused: () => void;
}

const EVERY_MS = 5000;

/** What an address holds, again and again while somebody looks; unchanged content is neither sent nor told again. */
export function startPoll<T extends z.ZodType>({
  address,
  schema,
  onData,
  onProblem,
  onRefused,
}: PollOptions<T>): Poll {
  const stopping = new AbortController();
  let etag: string | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isUnderWay = false;

  const ask = async (): Promise<void> => {
    const known = etag === null ? {} : { 'if-none-match': etag };
    const headers = { ...known, ...authorization() };
    const response = await fetch(address, { headers, signal: stopping.signal, cache: 'no-store' });
    if (response.status === 304) return;
    if (response.status === 401) {
      stopping.abort();
      onRefused();
      return;
    }
    if (!response.ok) throw new Error((await response.text()).trim());
    await onData(schema.parse(await response.json()));
    etag = response.headers.get('etag');
  };
  const next = async (): Promise<void> => {
    if (isUnderWay) return;
    isUnderWay = true;
    clearTimeout(timer);
    try {
      await ask();
      onProblem(null);
    } catch (error) {
      if (!stopping.signal.aborted) onProblem(error instanceof Error ? error.message : String(error));
    }
    isUnderWay = false;
    if (!stopping.signal.aborted && !document.hidden) timer = setTimeout(again, EVERY_MS);
  };
  const again = (): void => {
    void next();
  };
  // Nobody looks at a hidden page; what it missed it asks for when it is shown.
  const onVisibility = (): void => {
    if (!document.hidden) again();
  };
  document.addEventListener('visibilitychange', onVisibility);
  again();
  return {
    stop() {
      stopping.abort();
      clearTimeout(timer);
      document.removeEventListener('visibilitychange', onVisibility);
    },
  };
}
