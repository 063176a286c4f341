import type { V1Secret } from '@kubernetes/client-node';
import { ForesizeError } from '#core/errors/error.ts';
import { apiRequest, type ApiServer } from '#platform/http/api-server.ts';
import { httpRequest } from '#platform/http/request.ts';
import { readApi } from '#platform/kubernetes/api-error.ts';
import type { KubernetesConnection } from '#platform/kubernetes/connect.ts';
import { createSigner } from '#platform/signatures/signer.ts';
import type { IdentityFacts, Role, TokenFacts } from '../facts.ts';
import { type AccountKind, rightsToAsk, type Source } from '../rights.ts';
import { type Seen, see, valueIn } from '../seen.ts';
import { lookAtRights } from './rights.ts';

export interface IdentityOptions {
  /** What the reader has to read. */
  readonly source: Source;
  /** Whether there are roles to ask about. */
  readonly hasRoles: boolean;
}

/** The secrets of the suite, and what their accounts may do. No value of a secret leaves this file. */
export async function lookAtIdentities(
  connection: KubernetesConnection,
  server: ApiServer,
  { source, hasRoles }: IdentityOptions,
  signal: AbortSignal,
): Promise<IdentityFacts> {
  const around = { connection, server, signal };
  const [reader, writer, key] = await Promise.all([
    lookAtToken(around, 'reader'),
    lookAtToken(around, 'writer'),
    lookAtKey(around),
  ]);
  const tokens = { reader, writer };
  if (!hasRoles) return { tokens, key, rights: null };
  const { namespace } = connection;
  const rightsOf = (account: AccountKind) => {
    const name = account === 'default' ? 'default' : accountOf(tokens[account], account);
    return lookAtRights(server, { namespace, name }, rightsToAsk(account, source), signal);
  };
  const [ofReader, ofWriter, ofDefault] = await Promise.all([
    rightsOf('reader'),
    rightsOf('writer'),
    rightsOf('default'),
  ]);
  return { tokens, key, rights: { reader: ofReader, writer: ofWriter, default: ofDefault } };
}

interface Around {
  readonly connection: KubernetesConnection;
  readonly server: ApiServer;
  readonly signal: AbortSignal;
}

const accountOf = ({ secret }: TokenFacts, role: Role): string =>
  valueIn(secret)?.account ?? `foresize-${role}`;

function readSecret({ connection, signal }: Around, name: string): Promise<Seen<V1Secret | null>> {
  const { address, namespace } = connection;
  return see(signal, () =>
    readApi(`read of the Secret ${namespace}/${name}`, address, signal, () =>
      connection.core(signal).readNamespacedSecret({ name, namespace }),
    ),
  );
}

const ACCOUNT = 'kubernetes.io/service-account.name';

async function lookAtToken(around: Around, role: Role): Promise<TokenFacts> {
  const name = `foresize-${role}`;
  const secret = await readSecret(around, name);
  if ('why' in secret) return { secret, accepted: null };
  if (secret.value === null) return { secret: { value: null }, accepted: null };
  const { type = '', data = {}, metadata } = secret.value;
  const account = metadata?.annotations?.[ACCOUNT] ?? name;
  const token = text(data.token);
  return {
    secret: { value: { type, keys: Object.keys(data), account } },
    accepted: token === '' ? null : await see(around.signal, () => isAccepted(around, token)),
  };
}

/** Asked with the token alone: 403 is still an answer to somebody who is known. */
async function isAccepted({ connection, server, signal }: Around, token: string): Promise<boolean> {
  const { namespace } = connection;
  const { url } = await apiRequest(
    server,
    `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods?limit=1`,
  );
  const { ca, servername, rejectUnauthorized } = server.tls ?? {};
  const tls = {
    ...(ca === undefined ? {} : { ca }),
    ...(servername === undefined ? {} : { servername }),
    ...(rejectUnauthorized === undefined ? {} : { rejectUnauthorized }),
  };
  return (await httpRequest({ url, tls, bearerToken: token, signal })).status !== 401;
}

async function lookAtKey(around: Around): Promise<IdentityFacts['key']> {
  const secret = await readSecret(around, 'foresize-key');
  if ('why' in secret) return secret;
  if (secret.value === null) return { value: null };
  const keyText = text(secret.value.data?.['foresize-key']);
  const keys = keyText.split('\n').filter((line) => line.trim() !== '').length;
  try {
    createSigner(keyText);
    return { value: { keys, wrong: null } };
  } catch (error) {
    if (error instanceof ForesizeError) return { value: { keys, wrong: error.message } };
    throw error;
  }
}

const text = (base64 = ''): string => Buffer.from(base64, 'base64').toString('utf8');
