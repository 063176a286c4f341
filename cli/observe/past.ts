import type { LiveFunction } from '#core/chain/ports.ts';
import { ForesizeError } from '#core/errors/error.ts';
import type { PastHour } from '#core/recommend/past-use.ts';
import type { PastUse } from '#platform/sources/prometheus-past.ts';
import type { ShareProgress } from '../live/share-progress.ts';
import type { Target } from './target.ts';

/** What a source knows of longer ago than its window. */
export interface Past {
  /** Oldest first; empty where nothing is known. */
  readonly hoursOf: (live: LiveFunction) => readonly PastHour[];
  /** What could not be read, and what that means. */
  readonly notes: readonly string[];
}

export const NO_PAST: Past = { hoursOf: () => [], notes: [] };

/** The past that the target's source keeps; none, and a note that says why, where it cannot be read. */
export async function pastOf(
  { past }: Pick<Target, 'past'>,
  signal: AbortSignal,
  show: ShareProgress['show'],
): Promise<Past> {
  if (past === null) return NO_PAST;
  try {
    const uses = await past((done, of) => {
      show(done / of, 'reading the highest use of 8 days');
    }, signal);
    return { hoursOf: finderOf(uses), notes: [] };
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof ForesizeError)) throw error;
    const note = `the highest use of 8 days could not be read, so that of the last hour counts: ${error.message}`;
    return { ...NO_PAST, notes: [note] };
  }
}

function finderOf(uses: readonly PastUse[]): Past['hoursOf'] {
  const keyOf = (namespace: string, deployment: string, container: string): string =>
    `${namespace}/${deployment}/${container}`;
  const hours = new Map(
    uses.map((use) => [keyOf(use.namespace, use.deployment, use.container), use.hours] as const),
  );
  return ({ namespace, name, pods }) => hours.get(keyOf(namespace, name, pods[0]?.container ?? name)) ?? [];
}
