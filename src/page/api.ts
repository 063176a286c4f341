import * as z from 'zod';
import { decisionSchema, resourcesSchema } from '#core/messages/decision.ts';
import { evidenceSchema, peakSchema } from '#core/messages/forecast.ts';
import { functionUsageSchema } from '#core/messages/usage.ts';

const amount = z.number().nonnegative().nullable();
const column = z.array(amount);

const shownDecisionSchema = decisionSchema.extend({
  /** What the state keeps of a decision: without sizes, rules and outcomes. */
  isRemembered: z.literal(true).optional(),
});

/** What its annotations ask for; `invalid`: something that there is not. */
export const MODES = ['off', 'recommend', 'apply', 'invalid'] as const;

/** How a function fares: the worst that is true of it now. `unknown`: no sample of its use. */
export const HEALTHS = ['out-of-memory', 'not-ready', 'throttled', 'unknown', 'fine'] as const;

/** Tens of thousands in a list: looked at in one pass, since a schema for each costs a browser more than drawing them. */
function arePoints(value: unknown): boolean {
  return Array.isArray(value) && value.every((point) => point === null || Number.isInteger(point));
}

/** One function in the list. CPU in cores, memory in bytes, a pod's unless said; times in Unix ms. */
const functionRowSchema = z.object({
  namespace: z.string(),
  name: z.string(),
  mode: z.enum(MODES),
  health: z.enum(HEALTHS),
  pods: z.number().int().nonnegative(),
  /** Newest use of the busiest pod: CPU as a 60 s mean. */
  cpuCores: amount,
  memoryBytes: amount,
  /** What the pods have now. */
  allocated: resourcesSchema,
  /** CPU over the window, as far as it is known, oldest first, in whole hundredths of `topCores`: the CPU request, or the highest use where that is more. */
  trend: z.object({ topCores: z.number().nonnegative(), points: z.custom<(number | null)[]>(arePoints) }),
  /** What Foresize would set; null where nothing can be said. */
  recommended: resourcesSchema.nullable(),
  /** Reserved and not used at the peak of the window, all pods together: request − highest use; negative where it falls short. */
  wasteCpuCores: z.number().nullable(),
  wasteMemoryBytes: z.number().nullable(),
  /** Δ throttled seconds ÷ Δ CPU seconds. */
  stretch: amount,
  callsPerSecond: amount,
  latencyP95Seconds: amount,
  skill: z.object({ cpu: amount, memory: amount }),
  coverage: z.object({ cpu: amount, memory: amount }),
  lastDecision: z.object({ at: z.number().int(), action: z.string(), reason: z.string() }).nullable(),
});

export const functionListSchema = z.object({
  at: z.number().int(),
  /** What is looked at, for a person: `the local platform`, `cluster kind-dev, namespace openfaas-fn`. */
  target: z.string(),
  functions: z.array(functionRowSchema),
  /** What could not be read, and what that means. */
  notes: z.array(z.string()),
});

/** What the page draws of one function. Columns are as long as `times`, oldest first; null is a gap. */
export const functionDetailSchema = z.object({
  row: functionRowSchema,
  at: z.number().int(),
  target: z.string(),
  stepMs: z.number().int().positive(),
  /** Unix ms of each point. */
  times: z.array(z.number().int()),
  cpu: z.object({ use: column, request: column, limit: column }),
  memory: z.object({ use: column, request: column, limit: column }),
  /** Peak forecasts in force at each point: as they were made, or would have been with what was known then. */
  forecast: z.object({
    horizonMs: z.number().int().positive(),
    cpu: z.object({ p50: column, p90: column, p95: column, p99: column }),
    memory: z.object({ p50: column, p90: column, p95: column, p99: column }),
  }),
  /** Throttled seconds ÷ seconds. */
  throttledShare: column,
  callsPerSecond: column,
  latencyP95Seconds: column,
  peak: peakSchema,
  evidence: evidenceSchema,
  /** `foresize/…` annotations as they are; what is wrong with them, if anything is. */
  annotations: z.record(z.string(), z.string()),
  annotationProblem: z.string().nullable(),
  /** Oldest first. */
  decisions: z.array(shownDecisionSchema),
  /** The window as predict-resources sees it: what-if replays it in the browser. */
  usage: functionUsageSchema,
});

export type FunctionRow = z.infer<typeof functionRowSchema>;
export type FunctionList = z.infer<typeof functionListSchema>;
export type FunctionDetail = z.infer<typeof functionDetailSchema>;
