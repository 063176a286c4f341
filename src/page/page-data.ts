import { keyOf } from '#core/function-key.ts';
import type { FunctionDetail, FunctionList } from './api.ts';
import { functionDetail } from './function-detail.ts';
import { functionRow } from './function-row.ts';
import type { PageData } from './answer.ts';
import type { Observed } from './observed.ts';

export interface PageDataOptions {
  /** One look at everything. */
  readonly observe: (signal: AbortSignal) => Promise<Observed>;
  /** Unix ms now. */
  readonly clock: () => number;
  /** For how long a look is shown before the next is taken. @default 5000 */
  readonly freshMs?: number;
  /** How long whoever asks waits for the next look before being shown the last. @default 250 */
  readonly patienceMs?: number;
}

interface Look {
  readonly atMs: number;
  readonly tookMs: number;
  readonly observed: Observed;
  readonly list: FunctionList;
  readonly details: Map<string, FunctionDetail>;
}

/** Looks take at most a fifth of the time: one at a thousand functions takes seconds. */
const REST = 4;

/**
 * Lists and details out of looks at everything, taken when somebody asks: however many ask, one look at a time, and
 * none while the last is fresh. A look that takes its time is shown to who asks next. Rejects as `observe` does.
 */
export function createPageData(options: PageDataOptions): PageData {
  const { observe, clock, freshMs = 5000, patienceMs = 250 } = options;
  let last: Look | null = null;
  let underWay: Promise<Look> | null = null;
  /** Why there is nothing newer than `last`. */
  let failure: { readonly reason: unknown } | null = null;

  const look = async (): Promise<Look> => {
    const beganMs = clock();
    // Whoever asked first may leave before it is over, while others wait.
    const observed = await observe(AbortSignal.timeout(30_000));
    const atMs = clock();
    return { atMs, tookMs: atMs - beganMs, observed, list: functionList(observed), details: new Map() };
  };
  const next = (): Promise<Look> => {
    underWay ??= look()
      .then(
        (taken) => {
          last = taken;
          failure = null;
          return taken;
        },
        (reason: unknown) => {
          failure = { reason };
          throw reason;
        },
      )
      .finally(() => {
        underWay = null;
      });
    return underWay;
  };
  const newest = async (): Promise<Look> => {
    const known = last;
    if (known === null) return next();
    if (clock() - known.atMs < Math.max(freshMs, REST * known.tookMs)) return known;
    const fresh = await within(next(), patienceMs);
    if (fresh !== null) return fresh;
    if (failure !== null) throw failure.reason;
    return known;
  };

  return {
    list: async () => (await newest()).list,
    async detail(namespace, name) {
      const { observed, details } = await newest();
      const key = keyOf({ namespace, name });
      const known = details.get(key);
      if (known !== undefined) return known;
      const found = observed.functions.find(({ live }) => live.namespace === namespace && live.name === name);
      if (found === undefined) return null;
      const detail = functionDetail(found, observed);
      details.set(key, detail);
      return detail;
    },
  };
}

/** By namespace and name. */
export function functionList({ target, at, stepMs, functions, notes }: Observed): FunctionList {
  const keyed = functions.map((observed) => [keyOf(observed.live), observed] as const);
  const sorted = keyed.sort(([a], [b]) => (a < b ? -1 : 1));
  const rows = sorted.map(([, observed]) => functionRow(observed, { at, stepMs }));
  return { at, target, functions: rows, notes: [...notes] };
}

/** What comes of `work` if it is over in time, else null: it goes on. */
async function within<T>(work: Promise<T>, timeMs: number): Promise<T | null> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<null>((resolve) => {
    timer = setTimeout(resolve, timeMs, null);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
    // Who waits no longer is not told how it ends.
    work.catch(() => undefined);
  }
}
