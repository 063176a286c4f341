import type { Actuator, LiveFunction, PodChange, PodOutcome } from '#core/chain/ports.ts';
import { ForesizeError } from '#core/errors/error.ts';
import { formatCpuCores, formatMemoryBytes } from '#core/units/quantity.ts';
import type { PodFacts, Resources } from '#core/usage/reading.ts';
import { standInPod } from '../kubernetes/pod-facts.ts';
import { differs, merged } from '../kubernetes/resources.ts';
import { deployBody } from '../stack/deploy-body.ts';
import { readStack } from '../stack/read-stack.ts';
import type { Environment } from '../stack/substitute.ts';
import type { GatewayClient } from './client.ts';
import { type LossKind, lossesOf, unlikeStack } from './compare-deployed.ts';
import type { DeployedFunction, ReadDeployed } from './deployed-function.ts';
import type { DeployBody } from './schemas.ts';

export interface GatewayActuatorOptions {
  readonly gateway: Pick<GatewayClient, 'update'>;
  readonly deployed: ReadDeployed;
  /** The stack.yml that the functions were deployed from. */
  readonly path: string;
  readonly environment: Environment;
  /** What a PUT may lose. */
  readonly accept: ReadonlySet<LossKind>;
}

export interface GatewayActuator extends Actuator {
  readonly name: 'gateway';
  readonly rollsOut: true;
  rehearse(change: PodChange, signal: AbortSignal): Promise<PodOutcome>;
  standing(target: LiveFunction, to: Resources): readonly PodOutcome[];
}

type Attempt = Omit<PodOutcome, 'pod'>;

/** Not to be asked for again at once: each attempt may roll out. */
const BOTH = ['cpu', 'memory'] as const;

/**
 * Deploys a function's whole specification from stack.yml with other sizes: the gateway's own answer lacks environment,
 * constraints and more, and what a PUT lacks is removed. All pods are replaced, so one change is planned for a function,
 * and one pod stands for all in it. What would be lost is refused by name before anything is done.
 */
export function createGatewayActuator(options: GatewayActuatorOptions): GatewayActuator {
  return {
    name: 'gateway',
    rollsOut: true,
    plan: (target, to) => (differs(target.template, to) ? [{ pod: standIn(target), to }] : []),
    apply: ({ pod, to }, signal) => report(pod, () => rollOut(options, pod, to, signal)),
    rehearse: async ({ pod, to }, signal) => {
      const outcome = await report(pod, async () => {
        await prepared(options, pod, to, signal);
        return { result: 'dry-run', detail: 'dry run: stack.yml would be deployed with these sizes' };
      });
      return { ...outcome, result: 'dry-run' };
    },
    standing: ({ pods }, to) => {
      const waiting = pods.filter((pod) => differs(pod.desired, to));
      const detail = `the rollout has reached ${pods.length - waiting.length} of ${pods.length} pods`;
      return waiting.map(({ pod }) => ({ pod, result: 'pending', condition: 'InProgress', detail }));
    },
  };
}

async function rollOut(
  options: GatewayActuatorOptions,
  pod: PodFacts,
  to: Resources,
  signal: AbortSignal,
): Promise<Attempt> {
  const body = await prepared(options, pod, to, signal);
  try {
    await options.gateway.update(body, signal);
  } catch (error) {
    if (!(error instanceof ForesizeError)) throw error;
    return afterFailure(options, pod, to, error, signal);
  }
  const detail = 'the gateway took it: all pods are being replaced, which the next cycle reads back';
  return { result: 'pending', condition: 'InProgress', detail };
}

/** An update whose answer was lost, or that failed half-way, may roll out all the same: the Deployment tells. */
async function afterFailure(
  { deployed }: GatewayActuatorOptions,
  pod: PodFacts,
  to: Resources,
  error: ForesizeError,
  signal: AbortSignal,
): Promise<Attempt> {
  const live = await deployed(pod.namespace, pod.functionName, signal);
  if (live !== null && !differs(live.resources, to)) {
    const detail = `${error.message}; yet the Deployment has these sizes: its pods are being replaced`;
    return { result: 'pending', condition: 'InProgress', detail };
  }
  return { result: 'failed', detail: toldOf(error), refused: BOTH };
}

/** The body to be sent, once nothing stands against it. Throws `gateway-update-unsafe`, naming all that does. */
async function prepared(
  { deployed, path, environment, accept }: GatewayActuatorOptions,
  { namespace, functionName: name }: PodFacts,
  to: Resources,
  signal: AbortSignal,
): Promise<DeployBody> {
  const stack = readStack(path, environment);
  const spec = stack.functions.find((candidate) => candidate.name === name);
  if (spec === undefined) throw unsafe(`there is no function ${name} in ${path}`);
  if (spec.namespace !== '' && spec.namespace !== namespace)
    throw unsafe(`${path} has ${name} in the namespace ${spec.namespace}, and it runs in ${namespace}`);
  const body = deployBody(stack, spec);
  const live = await deployed(namespace, name, signal);
  if (live === null) throw unsafe(`there is no Deployment ${namespace}/${name}`);
  const unlike = unlikeStack(body, live);
  if (unlike.length > 0) throw unsafe(`${path} does not describe what runs: ${unlike.join('; ')}`);
  const losses = lossesOf(body, live).filter(({ kind }) => !accept.has(kind));
  if (losses.length > 0) {
    const kinds = [...new Set(losses.map(({ kind }) => kind))].join(',');
    const told = losses.map(({ what }) => what).join('; ');
    throw unsafe(`${told}. GATEWAY_ACCEPT=${kinds} accepts that`);
  }
  return sized({ ...body, namespace }, live, to);
}

/** null in `to` leaves what the Deployment has. */
function sized(body: DeployBody, live: DeployedFunction, to: Resources): DeployBody {
  const all = merged(live.resources, to);
  const { limits, requests, ...rest } = body;
  const next = {
    limits: quantities(limits, all.memoryLimitBytes, all.cpuLimitCores),
    requests: quantities(requests, all.memoryRequestBytes, all.cpuRequestCores),
  };
  return {
    ...rest,
    ...(next.limits === undefined ? {} : { limits: next.limits }),
    ...(next.requests === undefined ? {} : { requests: next.requests }),
  };
}

function quantities(
  stack: DeployBody['limits'],
  memory: number | null,
  cpu: number | null,
): DeployBody['limits'] {
  if (memory === null && cpu === null) return stack;
  return {
    ...stack,
    ...(memory === null ? {} : { memory: formatMemoryBytes(memory) }),
    ...(cpu === null ? {} : { cpu: formatCpuCores(cpu) }),
  };
}

function unsafe(message: string): ForesizeError {
  return new ForesizeError('gateway-update-unsafe', message);
}

async function report({ pod }: PodFacts, action: () => Promise<Attempt>): Promise<PodOutcome> {
  try {
    return { pod, ...(await action()) };
  } catch (error) {
    if (!(error instanceof ForesizeError)) throw error;
    const isFailure = error.code === 'kubernetes-unavailable';
    return { pod, result: isFailure ? 'failed' : 'refused', detail: toldOf(error) };
  }
}

const toldOf = ({ message, remedy }: ForesizeError): string => `${message}. ${remedy}`;

/** Where no pod runs, its values are the template's. */
function standIn(target: LiveFunction): PodFacts {
  const { name, template, pods } = target;
  const [first] = [...pods].sort((left, right) => (left.pod < right.pod ? -1 : 1));
  return first === undefined ? standInPod(target, name, template) : { ...first, desired: template };
}
