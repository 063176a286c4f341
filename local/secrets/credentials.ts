import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { writePrivateFile } from './private-file.ts';

/** Who may use `/system/*` of the gateway. */
export interface Credentials {
  readonly user: string;
  readonly password: string;
  /** Made by this call: the one time to show it. */
  readonly isNew: boolean;
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

/** The gateway's password of this machine, kept in `file` (0600); made at the first call, or when the file is empty. */
export function loadCredentials(file: string): Credentials {
  const kept = readIfThere(file)?.trim();
  if (kept !== undefined && kept !== '') return { user: 'admin', password: kept, isNew: false };
  const password = randomBytes(24).toString('base64url');
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  writePrivateFile(file, Buffer.from(`${password}\n`));
  return { user: 'admin', password, isNew: true };
}
