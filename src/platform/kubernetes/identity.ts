import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ForesizeError } from '#core/errors/error.ts';
import { connectKubernetes, type KubernetesConnection } from './connect.ts';

/** A service account's token as Kubernetes mounts it: the files `token`, `ca.crt` and `namespace`. */
export interface Identity {
  readonly token: string;
  readonly caPem: string;
  readonly namespace: string;
}

/** Reads the identity mounted at `directory`. Throws `identity-missing`, naming the file that is absent or empty. */
export function readIdentity(directory: string): Identity {
  return {
    token: readKey(directory, 'token'),
    caPem: readKey(directory, 'ca.crt'),
    namespace: readKey(directory, 'namespace'),
  };
}

/** Connects as the identity mounted at `directory`. Throws `identity-missing`. */
export function connectAs(directory: string, server: { host: string; port: number }): KubernetesConnection {
  return connectKubernetes({ ...server, ...readIdentity(directory) });
}

function readKey(directory: string, key: string): string {
  const path = join(directory, key);
  let text: string;
  try {
    text = readFileSync(path, 'utf8').trim();
  } catch (cause) {
    throw new ForesizeError(
      'identity-missing',
      `no service account token is mounted: ${path} cannot be read`,
      {
        cause,
      },
    );
  }
  if (text === '')
    throw new ForesizeError('identity-missing', `the mounted identity is incomplete: ${path} is empty`);
  return text;
}
