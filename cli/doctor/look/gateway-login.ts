import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { load } from 'js-yaml';
import * as z from 'zod';
import { ForesizeError } from '#core/errors/error.ts';

/** As whom to ask the gateway. */
export interface Login {
  readonly url: string;
  readonly user: string;
  readonly password: string;
  /** For a person. */
  readonly from: string;
}

const configSchema = z.object({
  auths: z
    .array(z.object({ gateway: z.string(), auth: z.string().optional(), token: z.string().optional() }))
    .nullish(),
});

const LOOPBACK: ReadonlySet<string> = new Set(['127.0.0.1', 'localhost', '[::1]']);

/**
 * The password in the file, else that of the local platform, else what faas-cli login has kept for this address; null
 * where there is none. Throws `request-invalid` for a file that is named and cannot be read.
 */
export function findLogin(
  url: string,
  passwordFile: string | undefined,
  localPasswordFile: string | null,
  environment: NodeJS.ProcessEnv,
): Login | null {
  if (passwordFile !== undefined) return { url, user: 'admin', ...passwordIn(passwordFile) };
  // The password of this machine's platform goes to nobody else.
  const isOurs = localPasswordFile !== null && LOOPBACK.has(new URL(url).hostname);
  if (isOurs && existsSync(localPasswordFile))
    return { url, user: 'admin', ...passwordIn(localPasswordFile) };
  return keptByFaasCli(url, join(environment.OPENFAAS_CONFIG ?? join(homedir(), '.openfaas'), 'config.yml'));
}

function passwordIn(path: string): { password: string; from: string } {
  try {
    return { password: readFileSync(path, 'utf8').trim(), from: path };
  } catch (cause) {
    throw new ForesizeError('request-invalid', `--password-file ${path} cannot be read`, { cause });
  }
}

function keptByFaasCli(url: string, path: string): Login | null {
  if (!existsSync(path)) return null;
  const plain = (text: string): string => text.replace(/\/+$/, '');
  const config = configSchema.safeParse(parsed(readFileSync(path, 'utf8')));
  const kept = config.data?.auths?.find(
    ({ gateway, auth }) => plain(gateway) === plain(url) && auth === 'basic',
  );
  const [, user, password] = /^([^:]*):(.*)$/s.exec(decoded(kept?.token)) ?? [];
  return user === undefined || password === undefined ? null : { url, user, password, from: path };
}

const decoded = (token = ''): string => Buffer.from(token, 'base64').toString('utf8');

function parsed(text: string): unknown {
  try {
    return load(text);
  } catch {
    return undefined;
  }
}
