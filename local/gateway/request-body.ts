import type { z } from 'zod';
import { ForesizeError } from '#core/errors/error.ts';

/** Parses what a client sent, or throws `code` with each field that is wrong, by name. */
export function parseAs<T>(
  schema: z.ZodType<T>,
  sent: unknown,
  subject: string,
  code: 'function-invalid' | 'request-invalid' = 'request-invalid',
): T {
  const parsed = schema.safeParse(sent);
  if (parsed.success) return parsed.data;
  const fields = parsed.error.issues.map(({ path, message }) =>
    path.length === 0 ? message : `${path.map(String).join('.')}: ${message}`,
  );
  throw new ForesizeError(code, `${subject}: ${fields.join('; ')}`);
}
