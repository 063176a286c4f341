import type { z } from 'zod';
import { ForesizeError } from '../errors/error.ts';

/** `value` as `schema` describes it. Throws `message-invalid` naming the first three fields that are wrong. */
export function parseMessage<T extends z.ZodType>(schema: T, value: unknown): z.infer<T> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const wrong = parsed.error.issues
    .slice(0, 3)
    .map(({ path, message }) => `${path.join('.') || 'body'}: ${message}`);
  throw new ForesizeError('message-invalid', wrong.join('; '));
}
