import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ForesizeError } from '#core/errors/error.ts';
import { connectKubernetes, type KubernetesConnection } from './connect.ts';

/** A service account as Kubernetes mounts it: the files `token`, `ca.crt` and `namespace`. */
export interface Identity {
  readonly caPem: string;
  readonly namespace: string;
  /** Of each request. The token is read anew: where its secret is made again, Kubernetes changes the mounted file. */
  readonly headers: () => Promise<Readonly<Record<string, string>>>;
}

/** Reads the identity mounted at `directory`. Throws `identity-missing`, naming the file that is absent or empty. */
export function readIdentity(directory: string): Identity {
  const authorization = (): string => `Bearer ${readKey(directory, 'token')}`;
  authorization();
  return {
    caPem: readKey(directory, 'ca.crt'),
    namespace: readKey(directory, 'namespace'),
    headers: () => Promise.resolve({ authorization: authorization() }),
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
