import * as z from 'zod';
import { peakSchema } from './forecast.ts';

const quantity = z.number().nonnegative().nullable();

export const resourcesSchema = z.object({
  cpuRequestCores: quantity,
  cpuLimitCores: quantity,
  memoryRequestBytes: quantity,
  memoryLimitBytes: quantity,
});

/** One rule that changed the target, or held it: in the order in which they spoke. */
export const stepSchema = z.object({
  rule: z.string(),
  resource: z.enum(['cpu-request', 'cpu-limit', 'memory-request', 'memory-limit']).nullable(),
  before: quantity,
  after: quantity,
  why: z.string(),
});

/** How many pods are to share the work where one may not get larger, and back again; null where that is not so. */
export const replicasSchema = z.object({
  from: z.number().int().nonnegative(),
  /** `from` where more are needed and there may be no more. */
  to: z.number().int().nonnegative(),
  /** One sentence for a person. */
  reason: z.string(),
  /** What became of it; left out where nothing was attempted. */
  outcome: z
    .object({ result: z.enum(['applied', 'refused', 'failed', 'dry-run']), detail: z.string() })
    .optional(),
});

export const decisionSchema = z.object({
  namespace: z.string(),
  name: z.string(),
  cycle: z.number().int().nonnegative(),
  at: z.number().int(),
  /** `resize`: pods are to change; `hold`: nothing to do; `skip`: the function could not be judged. */
  action: z.enum(['resize', 'hold', 'skip']),
  mode: z.enum(['off', 'recommend', 'apply']),
  /** Which path decided: `rescue` is a fact about the present, `sizing` a forecast. */
  path: z.enum(['rescue', 'sizing', 'none']),
  from: resourcesSchema.nullable(),
  to: resourcesSchema.nullable(),
  /** One sentence for a person. */
  reason: z.string(),
  steps: z.array(stepSchema),
  replicas: replicasSchema.nullable().optional(),
  /** The forecast it was made with. */
  peak: peakSchema.optional(),
  /** What became of it, per pod; empty where nothing was attempted. */
  outcomes: z.array(
    z.object({
      pod: z.string(),
      result: z.enum(['applied', 'pending', 'refused', 'failed', 'dry-run']),
      detail: z.string(),
      /** Why a resize is not in force: Deferred, Infeasible, Error, InProgress, or Refused. */
      condition: z.string().optional(),
      /** What was refused and stays as it was. */
      refused: z
        .array(z.enum(['cpu', 'memory']))
        .readonly()
        .optional(),
    }),
  ),
});

export const decisionReportSchema = z.object({
  version: z.literal(1),
  cycle: z.number().int().nonnegative(),
  shard: z.number().int().nonnegative(),
  decisions: z.array(decisionSchema),
});

export type ReplicasDecision = z.infer<typeof replicasSchema>;
export type Step = z.infer<typeof stepSchema>;
export type Decision = z.infer<typeof decisionSchema>;
export type DecisionReport = z.infer<typeof decisionReportSchema>;

/** True if at least one pod has the new resources in force: not where a resize was refused, or only recommended. */
export function wasApplied({ action, outcomes }: Pick<Decision, 'action' | 'outcomes'>): boolean {
  return action === 'resize' && outcomes.some(({ result }) => result === 'applied');
}
