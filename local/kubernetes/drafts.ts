import { z } from 'zod';
import type { Json, JsonObject } from './json.ts';
import { badRequest, invalid, invalidField, requiredField } from './status.ts';
import type { Draft } from './stored-objects.ts';

const SUBDOMAIN = /^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?(?:\.[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)*$/;
const MAX_NAME_LENGTH = 253;
const SUBDOMAIN_ADVICE =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";

const strings = z
  .record(z.string(), z.string())
  .nullish()
  .transform((value) => value ?? {});

/** metadata as far as clients may set it. */
export const metadataSchema = z
  .object({
    name: z.string().default(''),
    generateName: z.string().default(''),
    namespace: z.string().default(''),
    uid: z.string().default(''),
    resourceVersion: z.string().default(''),
    labels: strings,
    annotations: strings,
  })
  .default({
    name: '',
    generateName: '',
    namespace: '',
    uid: '',
    resourceVersion: '',
    labels: {},
    annotations: {},
  });

export type Metadata = z.output<typeof metadataSchema>;

/** What the request's path says about the object. */
export interface Target {
  readonly kind: string;
  readonly apiVersion: string;
  readonly namespace: string;
  /** '' on creation. */
  readonly name: string;
}

/** Parses a body, worded as the API server's decoder does. Throws BadRequest. */
export function decode<Schema extends z.ZodType>(
  schema: Schema,
  target: Target,
  value: Json,
): z.output<Schema> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const why = z.prettifyError(parsed.error);
  throw badRequest(
    `${target.kind} in version "${target.apiVersion}" cannot be handled as a ${target.kind}: ${why}`,
  );
}

/** Throws BadRequest where body and path disagree, Invalid for a bad name. */
export function toDraft(target: Target, metadata: Metadata, content: JsonObject): Draft {
  const name = metadata.name === '' ? target.name : metadata.name;
  checkName(target, name);
  if (target.name !== '' && name !== target.name) {
    throw badRequest(`the name of the object (${name}) does not match the name on the URL (${target.name})`);
  }
  if (metadata.namespace !== '' && metadata.namespace !== target.namespace) {
    throw badRequest('the namespace of the provided object does not match the namespace sent on the request');
  }
  const { labels, annotations, uid, resourceVersion } = metadata;
  return { name, namespace: target.namespace, labels, annotations, uid, resourceVersion, content };
}

function checkName(target: Target, name: string): void {
  if (name === '') {
    throw invalid(target.kind, name, [requiredField('metadata.name', 'name or generateName is required')]);
  }
  if (name.length > MAX_NAME_LENGTH || !SUBDOMAIN.test(name)) {
    throw invalid(target.kind, name, [invalidField('metadata.name', name, SUBDOMAIN_ADVICE)]);
  }
}
