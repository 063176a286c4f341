import type { z } from 'zod';
import { ForesizeError } from '#core/errors/error.ts';

/**
 * The environment, parsed once into a frozen configuration. An empty variable counts as unset, as stack.yml's `${VAR}`
 * leaves it. Throws `configuration-invalid` naming every wrong variable.
 */
export function readEnvironment<T extends z.ZodObject>(
  schema: T,
  environment: NodeJS.ProcessEnv,
): Readonly<z.infer<T>> {
  const set = Object.entries(environment).filter(([, value]) => value !== '');
  const parsed = schema.safeParse(Object.fromEntries(set));
  if (!parsed.success) {
    const wrong = parsed.error.issues.map(
      ({ path, message }) =>
        `${path.join('.')}=${JSON.stringify(environment[String(path[0])] ?? '')}: ${message}`,
    );
    throw new ForesizeError('configuration-invalid', wrong.join('; '));
  }
  return Object.freeze(parsed.data);
}
