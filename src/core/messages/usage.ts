import * as z from 'zod';

const sample = z.number().nonnegative().nullable();
const series = z.array(sample).max(2880);

/** Facts that rescue needs, carried through from the usage to the decision unchanged. */
export const signalsSchema = z.object({
  /** The source sees no throttling, no calls and no history: recommendations may rest on it, resizes may not. */
  advisory: z.boolean().optional(),
  /** Δ throttled seconds ÷ Δ CPU seconds over samples begun after the limit last changed; null without such samples. */
  stretch: z.number().nonnegative().nullable(),
  /** Throttled CFS periods over the same samples. */
  throttledPeriods: z.number().int().nonnegative(),
  /** CPU-seconds a call costs, idle use subtracted; null until it can be told. */
  cpuSecondsPerCall: z.number().nonnegative().nullable(),
  /** Calls started per second over the last 15 s; null without call counters. */
  callsStartedPerSecond: z.number().nonnegative().nullable(),
  callsInFlight: z.number().nonnegative().nullable(),
  /** p95 of the gateway's durations over calls finished after the limit last changed, at most 10 min; null if none did. */
  durationP95Seconds: z.number().nonnegative().nullable(),
  /** How many calls that p95 rests on. */
  durationCalls: z.number().int().nonnegative(),
  /** OOM kills seen in the window, newest last. Exit codes 134 and 137 count. */
  oomKills: z.array(z.object({ atMs: z.number().int(), memoryLimitBytes: z.number().nullable() })),
  /** Unix ms of the newest restart in the window; null if none. */
  restartedAtMs: z.number().int().nullable(),
  /** A pod is not ready; `throttled` says whether it is being held back by its CPU limit. */
  notReady: z.boolean(),
  notReadyThrottled: z.boolean(),
  /** CPU-seconds from start to ready of the pod that needed most; null until one was seen. */
  cpuSecondsUntilReady: z.number().nonnegative().nullable(),
  /** Newest values of the busiest pod: CPU as a 60 s mean. */
  lastCpuCores: z.number().nonnegative().nullable(),
  lastMemoryBytes: z.number().nonnegative().nullable(),
  /** Largest values in the window: CPU of 60 s means. */
  maximumCpuCores: z.number().nonnegative().nullable(),
  /** CPU of all pods together, 60 s means: newest and largest in the window. Left out where pods are not told apart. */
  lastTotalCpuCores: z.number().nonnegative().nullable().optional(),
  maximumTotalCpuCores: z.number().nonnegative().nullable().optional(),
  maximumMemoryBytes: z.number().nonnegative().nullable(),
  /** Unix ms of the newest censored sample (use ≥ 0.9 × limit over 60 s, or an OOM kill); null if none. */
  censoredAtMs: z.number().int().nullable(),
});

/**
 * Usage of one function on an even grid that ends at the message's `at`, oldest first; a gap is null, never 0.
 * CPU and memory are those of the busiest pod; a step's value covers the step that ends at its grid point.
 */
export const functionUsageSchema = z.object({
  name: z.string().min(1),
  namespace: z.string().min(1),
  /** Which forecaster to use; `auto` lets measured skill choose. */
  forecaster: z.string().default('auto'),
  series: z.object({
    cpuCores: series,
    memoryBytes: series,
    /** Calls started during the step; null without call counters. */
    callsStarted: series,
    pods: series,
    totalCpuCores: series,
    throttledSeconds: series,
    throttledPeriods: series,
    cpuLimitCores: series,
    memoryLimitBytes: series,
  }),
  signals: signalsSchema,
});

/** One shard of a cycle's usage. */
export const usageMessageSchema = z.object({
  version: z.literal(1),
  installation: z.string(),
  cycle: z.number().int().nonnegative(),
  shard: z.number().int().nonnegative(),
  shards: z.number().int().positive(),
  /** Unix ms of the grid's last point. */
  at: z.number().int(),
  stepMs: z.number().int().positive(),
  /** How far ahead the peak is asked for, ms. */
  horizonMs: z.number().int().positive(),
  functions: z.array(functionUsageSchema),
});

export type Signals = z.infer<typeof signalsSchema>;
export type FunctionUsage = z.infer<typeof functionUsageSchema>;
export type UsageMessage = z.infer<typeof usageMessageSchema>;
