import type { Resources } from '#core/usage/reading.ts';
import type { DeployedFunction } from './deployed-function.ts';
import type { DeployBody } from './schemas.ts';

/** What a PUT may lose that no specification can hold. */
export const LOSSES = ['replicas', 'node-selector', 'annotations', 'labels', 'image-pull'] as const;
export type LossKind = (typeof LOSSES)[number];

export interface Loss {
  readonly kind: LossKind;
  /** For a person: what it is now, and what it would become. */
  readonly what: string;
}

/** faas-netes puts these onto each function by itself; the last of the annotations are Kubernetes' own. */
const MADE_LABELS = /^(?:faas_function|uid)$/;
const MADE_ANNOTATIONS =
  /^(?:prometheus\.io\.scrape|deployment\.kubernetes\.io\/.*|kubectl\.kubernetes\.io\/restartedAt)$/;

/**
 * The fields in which stack.yml does not describe what runs, so that a PUT of it would change more than sizes; each as
 * a sentence's end for a person. Values of the environment are compared and not told: they may be confidential.
 */
export function unlikeStack(body: DeployBody, live: DeployedFunction): readonly string[] {
  return [
    ...(body.image === live.image ? [] : [`image is ${live.image}, in stack.yml ${body.image}`]),
    ...unlikeProcess(body.envProcess ?? null, live.process),
    ...unlikeEnvironment(body.envVars ?? {}, live.environment),
    ...unlikeSecrets(body.secrets ?? [], live.secrets),
    ...unlikeRoot(body.readOnlyRootFilesystem ?? false, live.readOnlyRootFilesystem),
    ...unlikeResources(body, live.resources),
  ];
}

function unlikeProcess(stack: string | null, live: string | null): readonly string[] {
  if (stack === live) return [];
  return [`fprocess is ${live ?? "the image's own"}, in stack.yml ${stack ?? 'left out'}`];
}

function unlikeEnvironment(
  stack: Readonly<Record<string, string>>,
  live: DeployedFunction['environment'],
): readonly string[] {
  return namesOf(stack, live).flatMap((name) => {
    const [theirs, ours] = [live[name], stack[name]];
    if (theirs === undefined) return [`environment ${name} is not set, but in stack.yml`];
    if (ours === undefined) return [`environment ${name} is set, but not in stack.yml`];
    return theirs === ours ? [] : [`environment ${name} has another value than in stack.yml`];
  });
}

function unlikeSecrets(stack: readonly string[], live: readonly string[]): readonly string[] {
  const added = live.filter((name) => !stack.includes(name));
  const missing = stack.filter((name) => !live.includes(name));
  return [
    ...added.map((name) => `secrets have ${name}, which stack.yml lacks`),
    ...missing.map((name) => `secrets lack ${name}, which stack.yml has`),
  ];
}

function unlikeRoot(stack: boolean, live: boolean): readonly string[] {
  return stack === live ? [] : [`readonly_root_filesystem is ${live}, in stack.yml ${stack}`];
}

/** Sizes may differ; whether there is one at all may not: what has no limit is not given one on the way. */
function unlikeResources({ limits, requests }: DeployBody, live: Resources): readonly string[] {
  const pairs = [
    ['limits.cpu', limits?.cpu, live.cpuLimitCores],
    ['limits.memory', limits?.memory, live.memoryLimitBytes],
    ['requests.cpu', requests?.cpu, live.cpuRequestCores],
    ['requests.memory', requests?.memory, live.memoryRequestBytes],
  ] as const;
  return pairs.flatMap(([field, stack, value]) =>
    stack !== undefined && value === null ? [`${field} is not set, but in stack.yml`] : [],
  );
}

/**
 * What faas-netes would change beside the specification. It sets the replicas to com.openfaas.scale.min where that label
 * is, drops node selectors (editions differ in whether constraints bring them back), replaces all annotations and the
 * pods' labels, and pulls the image anew.
 */
export function lossesOf(body: DeployBody, live: DeployedFunction): readonly Loss[] {
  return [
    ...replicasLost(body, live.replicas),
    ...Object.entries(live.nodeSelector).map(([name, value]): Loss => {
      return { kind: 'node-selector', what: `the node selector ${name}=${value} would be dropped` };
    }),
    ...entriesLost('annotations', body.annotations, live.annotations, MADE_ANNOTATIONS),
    ...entriesLost('labels', body.labels, live.labels, MADE_LABELS),
    ...pullLost(live.imagePullPolicy),
  ];
}

function replicasLost({ labels }: DeployBody, replicas: number): readonly Loss[] {
  const text = labels['com.openfaas.scale.min'] ?? '';
  const least = /^\+?\d+$/.test(text) ? Number(text) : 0;
  if (least === 0 || least === replicas) return [];
  return [{ kind: 'replicas', what: `${replicas} replicas would become ${least}, com.openfaas.scale.min` }];
}

function entriesLost(
  kind: 'annotations' | 'labels',
  stack: Readonly<Record<string, string>>,
  live: Readonly<Record<string, string>>,
  made: RegExp,
): readonly Loss[] {
  const one = kind === 'labels' ? 'label' : 'annotation';
  return namesOf(stack, live).flatMap((name): Loss[] => {
    const [theirs, ours] = [live[name], stack[name]];
    if (theirs === ours || (ours === undefined && made.test(name))) return [];
    if (theirs === undefined) return [{ kind, what: `the ${one} ${name}=${ours ?? ''} would be set` }];
    const what = ours === undefined ? 'be removed' : `become ${ours}`;
    return [{ kind, what: `the ${one} ${name}=${theirs} would ${what}` }];
  });
}

/** Where images are pulled always, as after each deploy, a rollout pulls anyway. */
function pullLost(policy: string): readonly Loss[] {
  if (policy === 'Always') return [];
  const what = `imagePullPolicy ${policy === '' ? '(none)' : policy} would become Always, and the image be pulled`;
  return [{ kind: 'image-pull', what }];
}

const namesOf = (left: object, right: object): readonly string[] =>
  [...new Set([...Object.keys(left), ...Object.keys(right)])].toSorted();
