import * as z from 'zod';
import type {
  HpaFacts,
  LimitRangeFacts,
  LiveFunction,
  NodeFacts,
  QuotaFacts,
  Surroundings,
} from '../chain/ports.ts';
import { type Decision, decisionSchema, resourcesSchema } from '../messages/decision.ts';
import { functionForecastSchema } from '../messages/forecast.ts';
import type { DecideInput } from '../policy/context.ts';
import type { FunctionSettings } from '../policy/settings.ts';
import { functionStateSchema } from '../policy/state.ts';
import type { PodFacts } from '../usage/reading.ts';

/** What the line says already, in the decision's own fields. */
type Said = 'namespace' | 'name' | 'functionName' | 'now' | 'cycle';

/** A schema for every field: the compiler refuses one that decisions rest on and a line would lose. */
type Shape<T> = Record<Exclude<keyof T, Said>, z.ZodType>;

const bound = z.number().nullable();

const settingsSchema = z.object({
  mode: z.enum(['off', 'recommend', 'apply']),
  cpuLimit: z.enum(['keep', 'latency', 'none']),
  latencyBudgetSeconds: bound,
  cpuMinCores: bound,
  cpuMaxCores: bound,
  memoryMinBytes: bound,
  memoryMaxBytes: bound,
  evidenceMs: z.number(),
  cooldownMs: z.number(),
  memoryShrink: z.enum(['deploy', 'in-place']),
  gate: z.enum(['on', 'off']),
  replicas: z.enum(['recommend', 'scale']).default('recommend'),
  forecaster: z.string(),
} satisfies Shape<FunctionSettings>);

const podSchema = z.object({
  pod: z.string(),
  container: z.string(),
  uid: z.string(),
  node: z.string().nullable(),
  qosClass: z.enum(['Guaranteed', 'Burstable', 'BestEffort']),
  ready: z.boolean(),
  readySinceMs: z.number().nullable(),
  startedAtMs: z.number().nullable(),
  restarts: z.number(),
  lastTermination: z.object({ reason: z.string(), exitCode: z.number(), atMs: z.number() }).nullable(),
  desired: resourcesSchema,
  inForce: resourcesSchema,
  resize: z.object({ reason: z.string(), message: z.string() }).nullable().default(null),
} satisfies Shape<PodFacts>);

const liveSchema = z.object({
  uid: z.string(),
  annotations: z.record(z.string(), z.string()),
  labels: z.record(z.string(), z.string()),
  replicas: z.number(),
  template: resourcesSchema,
  pods: z.array(podSchema),
} satisfies Shape<LiveFunction>);

const nodeSchema = z.object({
  name: z.string(),
  allocatableCpuCores: z.number(),
  allocatableMemoryBytes: z.number(),
  pressures: z.array(z.string()).exactOptional(),
  kubeletVersion: z.string().exactOptional(),
} satisfies Record<keyof NodeFacts, z.ZodType>);

const boundsSchema = z.object({ cpu: bound, memory: bound });

const limitRangeSchema = z.object({
  name: z.string(),
  min: boundsSchema,
  max: boundsSchema,
  ratio: boundsSchema,
} satisfies Record<keyof LimitRangeFacts, z.ZodType>);

const quotaSchema = z.object({
  name: z.string(),
  hard: resourcesSchema,
  used: resourcesSchema,
} satisfies Record<keyof QuotaFacts, z.ZodType>);

const hpaSchema = z.object({
  name: z.string(),
  target: z.string(),
  minReplicas: z.number(),
  maxReplicas: z.number(),
  metrics: z.array(
    z.object({
      resource: z.enum(['cpu', 'memory']).nullable(),
      kind: z.enum(['Utilization', 'AverageValue', 'other']),
    }),
  ),
} satisfies Record<keyof HpaFacts, z.ZodType>);

const surroundingsSchema = z.object({
  servesResize: z.boolean().nullable(),
  limitRanges: z.array(limitRangeSchema).nullable(),
  quotas: z.array(quotaSchema).nullable(),
  hpas: z.array(hpaSchema).nullable(),
  unknown: z.array(z.string()),
} satisfies Record<keyof Surroundings, z.ZodType>);

const inputSchema = z.object({
  live: liveSchema,
  settings: settingsSchema,
  forecast: functionForecastSchema.omit({ name: true, namespace: true, peak: true }),
  state: functionStateSchema.optional(),
  nodes: z.array(nodeSchema),
  shrinkHeld: z.string().nullable(),
  resizeHeld: z.string().nullable().default(null),
  surroundings: surroundingsSchema.exactOptional(),
  requestMargin: z.number().optional(),
  sizingPeriodMs: z.number().optional(),
  cyclePeriodMs: z.number().optional(),
} satisfies Shape<DecideInput>);

/** A line of the decision log. Lines that were written before inputs were, or about what could not be judged, lack one. */
export const decisionRecordSchema = decisionSchema.extend({ input: inputSchema.optional() });

export type DecisionRecord = z.infer<typeof decisionRecordSchema>;

const startingWith = (
  entries: Readonly<Record<string, string>>,
  prefix: string,
): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(entries).filter(([name]) => name.startsWith(prefix)));

/** The decision with its input, without what is said twice, and annotations, labels and nodes of others. */
export function recordOf(decision: Decision, input: DecideInput | undefined): object {
  if (input === undefined) return decision;
  const { live, nodes, forecast, settings, state, surroundings } = input;
  const { shrinkHeld = null, resizeHeld = null, sizingPeriodMs, cyclePeriodMs } = input;
  const { at, next, peak, evidence, signals } = forecast;
  const holding = nodes.filter(({ name }) => live.pods.some(({ node }) => node === name));
  // Fields left undefined are not written: what the line says already.
  return {
    ...decision,
    peak,
    input: {
      live: {
        ...live,
        namespace: undefined,
        name: undefined,
        annotations: startingWith(live.annotations, 'foresize/'),
        labels: startingWith(live.labels, 'com.openfaas.'),
        pods: live.pods.map((pod) => ({ ...pod, namespace: undefined, functionName: undefined })),
      },
      settings,
      forecast: { at, next, evidence, signals },
      state,
      // While no pod is placed any node may get it.
      nodes: holding.length > 0 ? holding : nodes,
      shrinkHeld,
      resizeHeld,
      surroundings: surroundings && { ...surroundings, hpas: hpasOf(surroundings, live) },
      sizingPeriodMs,
      cyclePeriodMs,
    },
  };
}

const hpasOf = ({ hpas }: Surroundings, { name }: LiveFunction): Surroundings['hpas'] =>
  hpas?.filter(({ target }) => target === name) ?? null;

/** What was decided on; null where the line does not tell. */
export function inputOf({ input, peak, ...decision }: DecisionRecord): DecideInput | null {
  if (input === undefined || peak === undefined) return null;
  const { namespace, name, cycle, at } = decision;
  const { sizingPeriodMs, cyclePeriodMs, live, forecast, ...rest } = input;
  const pods = live.pods.map((pod) => ({ ...pod, namespace, functionName: name }));
  return {
    ...rest,
    now: at,
    cycle,
    live: { ...live, namespace, name, pods },
    forecast: { ...forecast, namespace, name, peak },
    state: rest.state,
    ...(sizingPeriodMs === undefined ? {} : { sizingPeriodMs }),
    ...(cyclePeriodMs === undefined ? {} : { cyclePeriodMs }),
  };
}
