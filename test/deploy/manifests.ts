import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseAllDocuments } from 'yaml';
import * as z from 'zod';
import type { Attributes } from '../../local/kubernetes/authorization.ts';

const objectSchema = z.looseObject({
  apiVersion: z.string(),
  kind: z.string(),
  metadata: z.looseObject({
    name: z.string(),
    namespace: z.string().optional(),
    labels: z.record(z.string(), z.string()).default({}),
    annotations: z.record(z.string(), z.string()).default({}),
  }),
});

/** One object of a manifest; what is particular to its kind is read with a schema of its own. */
export type Manifest = z.infer<typeof objectSchema>;

const rulesSchema = z.array(
  z.object({
    apiGroups: z.array(z.string()),
    resources: z.array(z.string()),
    resourceNames: z.array(z.string()).optional(),
    verbs: z.array(z.string()),
  }),
);

export type RbacRule = z.infer<typeof rulesSchema>[number];

const MANIFESTS = new URL('../../deploy/manifests/', import.meta.url);

/** Path of a file of the chart that is taken as it is, such as `prometheus/alert-rules.yml`. */
export const chartFile = (name: string): string =>
  fileURLToPath(new URL(`../../deploy/helm/foresize/files/${name}`, import.meta.url));

export const manifestText = (file: string): string => readFileSync(new URL(file, MANIFESTS), 'utf8');

/** The objects of a text of YAML documents; throws where one is not YAML or not an object of Kubernetes. */
export function parseManifests(text: string): readonly Manifest[] {
  return parseAllDocuments(text)
    .map((document) => {
      const [error] = document.errors;
      if (error) throw error;
      return document.toJS() as unknown;
    })
    .filter((value) => value !== null)
    .map((value) => objectSchema.parse(value));
}

/** `kind name`, or `kind namespace/name`. */
export const nameOf = ({ kind, metadata: { name, namespace } }: Manifest): string =>
  `${kind} ${namespace === undefined ? '' : `${namespace}/`}${name}`;

export function rulesOf(manifests: readonly Manifest[], kind: string, name: string): readonly RbacRule[] {
  const found = manifests.find((one) => one.kind === kind && one.metadata.name === name);
  return rulesSchema.parse(found?.rules);
}

/** What Kubernetes' authorizer does with a rule; names are unknown to it in a create, a list and a watch. */
export function permits(rule: RbacRule, wanted: Attributes): boolean {
  const resource = wanted.subresource === '' ? wanted.resource : `${wanted.resource}/${wanted.subresource}`;
  return (
    rule.apiGroups.includes(wanted.group) &&
    rule.resources.includes(resource) &&
    rule.verbs.includes(wanted.verb) &&
    (rule.resourceNames === undefined || rule.resourceNames.includes(wanted.name))
  );
}
