import { ForesizeError } from '#core/errors/error.ts';

/** What `promise` is rejected with, which must be a ForesizeError. */
export async function failure(promise: Promise<unknown>): Promise<ForesizeError> {
  const outcome: unknown = await promise.catch((error: unknown) => error);
  if (outcome instanceof ForesizeError) return outcome;
  throw new Error(`not refused, or not with a ForesizeError: ${String(outcome)}`, { cause: outcome });
}

/** The code of the ForesizeError that `action` throws; 'accepted' where it throws nothing. */
export function codeOf(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    if (error instanceof ForesizeError) return error.code;
    throw error;
  }
  return 'accepted';
}
