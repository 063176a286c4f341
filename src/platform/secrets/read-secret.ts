import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ForesizeError } from '#core/errors/error.ts';

/** Where OpenFaaS mounts secrets: one file a key. */
export const SECRETS_PATH = '/var/openfaas/secrets';

/** The text of a mounted secret, surrounding white space removed. Throws `secret-missing`, naming the secret. */
export function readSecret(directory: string, name: string): string {
  try {
    return readFileSync(join(directory, name), 'utf8').trim();
  } catch (cause) {
    throw new ForesizeError(
      'secret-missing',
      `the secret ${name} is not mounted at ${join(directory, name)}`,
      { cause },
    );
  }
}
