import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ForesizeError } from '#core/errors/error.ts';
import type { SecretStore } from '../secrets/store.ts';
import type { FunctionSpec } from './model.ts';

/** A pod's private places: where it runs, and where its secrets are mounted. */
export interface PodDirectory {
  readonly work: string;
  readonly secrets: string;
}

/** Throws `secret-missing` naming the function and the secrets that are not there. */
export function checkSecrets(spec: FunctionSpec, secrets: SecretStore): void {
  const missing = spec.secrets.filter((name) => !secrets.has(spec.namespace, name));
  if (missing.length === 0) return;
  throw new ForesizeError(
    'secret-missing',
    `function ${spec.service}: no secret ${missing.join(', ')} in namespace ${spec.namespace}`,
  );
}

/** Makes them anew, for the owner's eyes only, with the secrets as they are now. */
export function makePodDirectory(root: string, spec: FunctionSpec, secrets: SecretStore): PodDirectory {
  const directory = { work: join(root, 'work'), secrets: join(root, 'secrets') };
  rmSync(directory.secrets, { recursive: true, force: true });
  for (const path of [directory.work, directory.secrets]) mkdirSync(path, { recursive: true, mode: 0o700 });
  for (const name of spec.secrets) {
    for (const [file, bytes] of secrets.files(spec.namespace, name) ?? []) {
      writeFileSync(join(directory.secrets, file), bytes, { mode: 0o400 });
    }
  }
  return directory;
}
