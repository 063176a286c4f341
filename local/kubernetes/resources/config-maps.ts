import { join } from 'node:path';
import { z } from 'zod';
import { configMapFiles, loadConfigMaps } from '../config-map-files.ts';
import { decodeConfigMap, PROTOBUF_TYPE } from '../config-map-protobuf.ts';
import type { ApiContext } from '../context.ts';
import { decode, metadataSchema, toDraft, type Target } from '../drafts.ts';
import { at, textAt, type Json, type JsonObject } from '../json.ts';
import { applyPatch, PATCH_BODIES } from '../patch/patch.ts';
import { JSON_ONLY, type Decoders } from '../request-body.ts';
import { ok, type Reply, type Resource, type ResourceRequest } from '../resource.ts';
import { forbiddenField, invalid, invalidField, tooLongField, type FieldError } from '../status.ts';
import { StoredObjects, type Draft } from '../stored-objects.ts';
import { replyWithList } from './listing.ts';

const BODIES: Decoders = new Map([...JSON_ONLY, [PROTOBUF_TYPE, decodeConfigMap]]);
/** Made at the start, empty: the reader claims cycles in one, and an operator stops writes by the other. */
const INSTALLED_MAPS = ['foresize-cycle', 'foresize-kill-switch'];
const MAX_BYTES = 1024 * 1024;
const KEY = /^[-._a-zA-Z0-9]{1,253}$/;
const KEY_ADVICE =
  "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')";

const values = z
  .record(z.string(), z.string())
  .nullish()
  .transform((value) => value ?? {});
const bodySchema = z.object({
  kind: z.literal('ConfigMap').optional(),
  apiVersion: z.literal('v1').optional(),
  metadata: metadataSchema,
  data: values,
  binaryData: z
    .record(z.string(), z.base64())
    .nullish()
    .transform((value) => value ?? {}),
  immutable: z.boolean().nullish(),
});

const CONFIG_MAPS = {
  group: '',
  version: 'v1',
  apiVersion: 'v1',
  resource: 'configmaps',
  name: 'configmaps',
  singular: 'configmap',
  kind: 'ConfigMap',
  namespaced: true,
  shortNames: ['cm'],
} as const;

/** ConfigMaps, kept on disk: what a client was told is stored survives the platform. */
export function configMapResources(context: ApiContext): Resource[] {
  const store = openStore(context);
  return [
    {
      ...CONFIG_MAPS,
      verbs: {
        get: ({ path }) => ok(store.get(path.namespace, path.name)),
        list: (request) =>
          replyWithList(CONFIG_MAPS, request, store.list(request.path.namespace), context.versions.current),
        create: (request) => create(store, request),
        update: async (request) => {
          const body = await request.body(BODIES);
          return replace(store, request, body);
        },
        patch: async (request) => {
          const patch = await request.body(PATCH_BODIES);
          const current = store.get(request.path.namespace, request.path.name);
          return replace(store, request, applyPatch(request.contentType, current, patch));
        },
        delete: ({ path, dryRun }) => ok(store.remove(path.namespace, path.name, dryRun)),
      },
    },
  ];
}

function openStore(context: ApiContext): StoredObjects {
  const directory = join(context.directory, 'configmaps');
  const kept = loadConfigMaps(directory, (path) => {
    context.warn(`${path} is not a ConfigMap that this platform saved; it is ignored and left as it is`);
  });
  const store = new StoredObjects(CONFIG_MAPS, context.versions, configMapFiles(directory), kept);
  for (const name of INSTALLED_MAPS) makeMap(store, name, context);
  return store;
}

/** Foresize's identities may create neither: whoever installs Foresize makes them. */
function makeMap(store: StoredObjects, name: string, { namespace, startedAtMs }: ApiContext): void {
  if (store.list(namespace).some((map) => textAt(map, 'metadata', 'name') === name)) return;
  const target = { ...CONFIG_MAPS, namespace, name };
  store.create(toDraft(target, metadataSchema.parse({}), {}), startedAtMs, false);
}

async function create(store: StoredObjects, request: ResourceRequest): Promise<Reply> {
  const draft = parse(request, await request.body(BODIES));
  request.require('create', draft.name);
  return { status: 201, object: store.create(draft, request.nowMs, request.dryRun) };
}

function replace(store: StoredObjects, request: ResourceRequest, body: Json): Reply {
  const draft = parse(request, body);
  checkImmutable(store.get(draft.namespace, draft.name), draft);
  return ok(store.replace(draft, request.dryRun));
}

function parse({ path }: ResourceRequest, body: Json): Draft {
  const target: Target = { ...CONFIG_MAPS, namespace: path.namespace, name: path.name };
  const { metadata, data, binaryData, immutable } = decode(bodySchema, target, body);
  const draft = toDraft(target, metadata, {
    ...(Object.keys(data).length > 0 && { data }),
    ...(Object.keys(binaryData).length > 0 && { binaryData }),
    ...(typeof immutable === 'boolean' && { immutable }),
  });
  const errors = [...checkKeys(data, binaryData), ...checkSize(data, binaryData)];
  if (errors.length > 0) throw invalid('ConfigMap', draft.name, errors);
  return draft;
}

type Values = Readonly<Record<string, string>>;

function checkKeys(data: Values, binaryData: Values): FieldError[] {
  const bad = (field: string, key: string): FieldError[] =>
    KEY.test(key) && key !== '.' && key !== '..' ? [] : [invalidField(`${field}[${key}]`, key, KEY_ADVICE)];
  const twice = Object.keys(data).filter((key) => Object.hasOwn(binaryData, key));
  return [
    ...Object.keys(data).flatMap((key) => bad('data', key)),
    ...Object.keys(binaryData).flatMap((key) => bad('binaryData', key)),
    ...twice.map((key) => invalidField(`data[${key}]`, key, 'duplicate of key present in binaryData')),
  ];
}

function checkSize(data: Values, binaryData: Values): FieldError[] {
  const text = Object.values(data).reduce((sum, value) => sum + Buffer.byteLength(value), 0);
  const bytes = Object.values(binaryData).reduce((sum, value) => sum + Buffer.byteLength(value, 'base64'), 0);
  return text + bytes > MAX_BYTES ? [tooLongField('', MAX_BYTES)] : [];
}

function checkImmutable(current: JsonObject, next: Draft): void {
  if (at(current, 'immutable') !== true) return;
  const members = ['data', 'binaryData', 'immutable'];
  const changed = members.filter(
    (name) => JSON.stringify(at(current, name)) !== JSON.stringify(at(next.content, name)),
  );
  if (changed.length === 0) return;
  throw invalid(
    'ConfigMap',
    next.name,
    changed.map((name) => forbiddenField(name, 'field is immutable when `immutable` is set')),
  );
}
