import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import type { ApiContext } from '../context.ts';
import { decode, metadataSchema, toDraft, type Target } from '../drafts.ts';
import { type Json } from '../json.ts';
import { applyPatch, PATCH_BODIES } from '../patch/patch.ts';
import { ok, type Resource, type ResourceRequest } from '../resource.ts';
import { StoredObjects, type Draft } from '../stored-objects.ts';
import { replyWithList } from './listing.ts';

/** Older ones are forgotten; a cluster forgets its events after an hour. */
const KEPT = 1_000;

const EVENTS = {
  group: '',
  version: 'v1',
  apiVersion: 'v1',
  resource: 'events',
  name: 'events',
  singular: 'event',
  kind: 'Event',
  namespaced: true,
  shortNames: ['ev'],
} as const;

const text = z.string().max(1024);
const time = z.string().max(64).nullable();
const bodySchema = z.object({
  metadata: metadataSchema,
  involvedObject: z.object({
    kind: text.optional(),
    apiVersion: text.optional(),
    namespace: text.optional(),
    name: text.optional(),
    uid: text.optional(),
    resourceVersion: text.optional(),
    fieldPath: text.optional(),
  }),
  reason: text.optional(),
  message: z.string().max(16_384).optional(),
  type: text.optional(),
  action: text.optional(),
  count: z.int().nonnegative().optional(),
  firstTimestamp: time.optional(),
  lastTimestamp: time.optional(),
  eventTime: time.optional(),
  source: z.object({ component: text.optional(), host: text.optional() }).optional(),
  reportingComponent: text.optional(),
  reportingInstance: text.optional(),
});

/** Events, the last 1000, in memory only. */
export function eventResources(context: ApiContext): Resource[] {
  const forgetful = { save: () => undefined, remove: () => undefined };
  const store = new StoredObjects(EVENTS, context.versions, forgetful);
  return [
    {
      ...EVENTS,
      verbs: {
        get: ({ path }) => ok(store.get(path.namespace, path.name)),
        list: (request) =>
          replyWithList(EVENTS, request, store.list(request.path.namespace), context.versions.current),
        create: async (request) => {
          const draft = parse(request, await request.body());
          const object = store.create(draft, request.nowMs, request.dryRun);
          store.trim(KEPT);
          return { status: 201, object };
        },
        patch: async (request) => {
          const patch = await request.body(PATCH_BODIES);
          const current = store.get(request.path.namespace, request.path.name);
          const draft = parse(request, applyPatch(request.contentType, current, patch));
          return ok(store.replace(draft, request.dryRun));
        },
      },
    },
  ];
}

function parse({ path }: ResourceRequest, body: Json): Draft {
  const target: Target = { ...EVENTS, namespace: path.namespace, name: path.name };
  const { metadata, ...content } = decode(bodySchema, target, body);
  const { name, generateName } = metadata;
  const named =
    name === '' && generateName !== '' ? `${generateName}${randomBytes(4).toString('hex')}` : name;
  // A parsed value has no undefined members once it went through JSON.
  const plain = z.record(z.string(), z.json()).parse(JSON.parse(JSON.stringify(content)));
  return toDraft(target, { ...metadata, name: named }, plain);
}
