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
  const fields = parsed.error.issues.map((issue) => {
    const path = issue.path.map(String).join('.');
    return path === '' ? reasonOf(issue) : `${path}: ${reasonOf(issue)}`;
  });
  throw new ForesizeError(code, `${subject}: ${fields.join('; ')}`);
}

/** What is wrong with a key of a map is said a level deeper. */
function reasonOf(issue: z.core.$ZodIssue): string {
  return issue.code === 'invalid_key' ? (issue.issues[0]?.message ?? issue.message) : issue.message;
}
