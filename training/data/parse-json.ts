import { ForesizeError } from '#core/errors/error.ts';

/** Throws `data-invalid`, naming the file that the text is from. */
export function parseJson(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new ForesizeError('data-invalid', `${path} is not JSON: ${String(cause)}`, { cause });
  }
}
