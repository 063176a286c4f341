import { keyOf } from '#core/function-key.ts';
import type { FunctionDetail, FunctionList } from './api.ts';
import { functionDetail } from './function-detail.ts';
import { functionRow } from './function-row.ts';
import type { PageData } from './handler.ts';
import type { Observed } from './observed.ts';

export interface PageDataOptions {
  /** One look at everything. */
  readonly observe: (signal: AbortSignal) => Promise<Observed>;
  /** Unix ms now. */
  readonly clock: () => number;
  /** For how long a look is shown before the next is taken. @default 5000 */
  readonly freshMs?: number;
}

interface Look {
  readonly atMs: number;
  readonly observed: Observed;
  readonly list: FunctionList;
  readonly details: Map<string, FunctionDetail>;
}

/**
 * Lists and details out of looks at everything, taken when somebody asks: however many ask, one look at a time, and
 * none while the last is fresh. Rejects as `observe` does.
 */
export function createPageData({ observe, clock, freshMs = 5000 }: PageDataOptions): PageData {
  let last: Look | null = null;
  let underWay: Promise<Look> | null = null;

  const look = async (): Promise<Look> => {
    // Whoever asked first may leave before it is over, while others wait.
    const observed = await observe(AbortSignal.timeout(30_000));
    last = { atMs: clock(), observed, list: functionList(observed), details: new Map() };
    return last;
  };
  const newest = async (): Promise<Look> => {
    if (last !== null && clock() - last.atMs < freshMs) return last;
    underWay ??= look().finally(() => {
      underWay = null;
    });
    return underWay;
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
export function functionList({ target, at, functions }: Observed): FunctionList {
  const rows = functions.map((observed) => functionRow(observed, at));
  return { at, target, functions: rows.sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1)) };
}
