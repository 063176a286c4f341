import type { SeenFunction } from '#core/chain/look.ts';
import { keyOf } from '#core/function-key.ts';
import type { PastPeak } from '#page/observed.ts';

/** What is remembered of a look; Unix ms. */
interface Remembered {
  readonly at: number;
  readonly functions: readonly Pick<SeenFunction, 'forecast'>[];
}

export interface PeakMemory {
  /** Oldest first. */
  readonly of: (about: { readonly namespace: string; readonly name: string }) => readonly PastPeak[];
  /** Keeps the forecasts of a look, and forgets what its window does not show and functions that are gone. */
  remember(look: Remembered): void;
}

/** Forecasts of the peak as they were made, for as long as the page shows. */
export function createPeakMemory(windowMs: number): PeakMemory {
  let byFunction = new Map<string, readonly PastPeak[]>();
  return {
    of: (about) => byFunction.get(keyOf(about)) ?? [],
    remember({ functions, at: now }) {
      byFunction = new Map(
        functions.map(({ forecast: { namespace, name, at, peak } }) => {
          const key = keyOf({ namespace, name });
          const kept = (byFunction.get(key) ?? []).filter((one) => one.at > now - windowMs && one.at < at);
          return [key, [...kept, { at, peak }]];
        }),
      );
    },
  };
}
