import type { ApiContext } from '../context.ts';
import type { JsonObject } from '../json.ts';
import { derivedUid } from '../objects/identifiers.ts';
import { toTime } from '../quantities.ts';
import { ok, type Resource } from '../resource.ts';
import { notFound } from '../status.ts';
import { replyWithList } from './listing.ts';

const SECRETS = {
  group: '',
  version: 'v1',
  name: 'secrets',
  singular: 'secret',
  kind: 'Secret',
  namespaced: true,
} as const;

/** Secrets, to read: only the administrator may. */
export function secretResources(context: ApiContext): Resource[] {
  const { secrets } = context;
  if (!secrets) return [];
  const find = (namespace: string, name: string): JsonObject | undefined => {
    const files = secrets.files(namespace, name);
    return files && toSecretObject(context, namespace, name, files);
  };
  const all = (namespace: string): JsonObject[] =>
    secrets.list(namespace).flatMap<JsonObject>((name) => find(namespace, name) ?? []);
  return [
    {
      ...SECRETS,
      verbs: {
        get: ({ path }) => {
          const found = find(path.namespace, path.name);
          if (!found) throw notFound({ group: '', resource: 'secrets' }, path.name);
          return ok(found);
        },
        list: (request) => {
          const namespace = request.path.namespace === '' ? context.namespace : request.path.namespace;
          return replyWithList(SECRETS, request, all(namespace), context.versions.current);
        },
      },
    },
  ];
}

function toSecretObject(
  context: ApiContext,
  namespace: string,
  name: string,
  files: ReadonlyMap<string, Uint8Array>,
): JsonObject {
  const isToken = files.has('token') && files.has('ca.crt');
  return {
    kind: 'Secret',
    apiVersion: 'v1',
    metadata: {
      name,
      namespace,
      uid: derivedUid('secret', namespace, name),
      resourceVersion: context.versions.of('secret'),
      creationTimestamp: toTime(context.startedAtMs),
    },
    data: Object.fromEntries(
      [...files].map(([file, bytes]) => [file, Buffer.from(bytes).toString('base64')]),
    ),
    type: isToken ? 'kubernetes.io/service-account-token' : 'Opaque',
  };
}
