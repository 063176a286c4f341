import { FAILSAFE_SCHEMA, YAMLException, load, mergeTag, nullCoreTag } from 'js-yaml';
import { ForesizeError } from '#core/errors/error.ts';

/** Go reads a scalar into a text field as it is written (`cpu: 0.5`, `debug: true`), so nothing but null is resolved. */
const SCHEMA = FAILSAFE_SCHEMA.withTags([nullCoreTag, mergeTag]);

/** The document with every scalar as its text, aliases and merge keys resolved. Throws `stack-invalid` with the line. */
export function loadYaml(text: string, path: string): unknown {
  try {
    return load(text, { schema: SCHEMA });
  } catch (cause) {
    const isYaml = cause instanceof YAMLException;
    const line = isYaml && cause.mark ? `:${cause.mark.line + 1}` : '';
    const reason = isYaml ? cause.reason : String(cause);
    throw new ForesizeError('stack-invalid', `${path}${line}: ${reason}`, { cause });
  }
}
