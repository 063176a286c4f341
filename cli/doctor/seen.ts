import { ForesizeError } from '#core/errors/error.ts';

/** What was read, or why it could not be. */
export type Seen<T> = { readonly value: T } | { readonly why: string };

/** Reads, and keeps why where that fails with an error of ours. An aborted `signal` throws its reason. */
export async function see<T>(signal: AbortSignal, read: () => Promise<T>): Promise<Seen<T>> {
  try {
    return { value: await read() };
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof ForesizeError) return { why: error.message };
    throw error;
  }
}

/** The value; null where it was not read. */
export const valueIn = <T>(seen: Seen<T>): T | null => ('value' in seen ? seen.value : null);
