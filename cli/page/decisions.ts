import type { Decision } from '#core/messages/decision.ts';

/** Decisions as they become known. */
export interface Decisions {
  /** Of one function, oldest first. */
  readonly of: (about: { readonly namespace: string; readonly name: string }) => readonly Decision[];
  /** Reads what is new. */
  readonly refresh: (signal: AbortSignal) => Promise<void>;
}
