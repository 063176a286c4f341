import * as z from 'zod';

/** Columns of `usage.csv`: a container's raw counters at the times of its own samples; an empty field is a value that was not there. */
export const USAGE_COLUMNS = [
  'time_ms',
  'pod',
  'started_ms',
  'cpu_seconds',
  'throttled_seconds',
  'throttled_periods',
  'memory_bytes',
  'oom_events',
  'cpu_limit_cores',
  'memory_limit_bytes',
] as const;

/** Columns of `gateway.csv`: the gateway's counters of calls. */
export const GATEWAY_COLUMNS = ['time_ms', 'started', 'completed'] as const;

/** Columns of `pods.csv`: a pod as it was listed, one row whenever it had changed. */
export const POD_COLUMNS = [
  'time_ms',
  'pod',
  'started_ms',
  'ready_since_ms',
  'restarts',
  'last_reason',
  'last_exit_code',
  'last_ended_ms',
] as const;

/** Columns of `calls.csv`: each call, as the invoker writes it. */
export const CALL_COLUMNS = [
  'due_ms',
  'sent_ms',
  'latency_ms',
  'payload_bytes',
  'outcome',
  'status',
] as const;

/** Columns of the session's `events.csv`: what the recorder did to the functions. */
export const EVENT_COLUMNS = ['time_ms', 'function', 'event'] as const;

const positive = z.number().positive();

export const recordedFunctionSchema = z.strictObject({
  /** Also the name of its folder. */
  name: z.string().regex(/^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?$/),
  workload: z.string(),
  /** Nothing may be chosen by looking at what is held out. */
  split: z.enum(['choice', 'held-out']),
  pattern: z.string(),
  spread: z.boolean(),
  /** Calls a minute, as the invoker's pattern takes it. */
  ratePerMinute: positive,
  periodMs: positive,
  seed: z.int(),
  /** As `foresize invoke --payload` takes it. */
  payload: z.string(),
  /** Most calls on their way at once. */
  concurrency: z.int().positive(),
  /** In force once a pod is ready; it starts with one core. */
  cpuLimitCores: positive,
  memoryLimitBytes: positive,
});
export type RecordedFunction = z.output<typeof recordedFunctionSchema>;

/** `session.json`: what was recorded, how, and on what. */
export const sessionSchema = z.strictObject({
  version: z.literal(1),
  name: z.string(),
  startedAtMs: z.int().nonnegative(),
  /** Null while it runs, and where it was cut off. */
  endedAtMs: z.int().nonnegative().nullable(),
  /** Between two reads of the counters. */
  scrapeMs: positive,
  namespace: z.string(),
  machine: z.strictObject({
    cores: z.int().positive(),
    memoryBytes: positive,
    platform: z.string(),
    node: z.string(),
    enforcement: z.string(),
  }),
  functions: z.array(recordedFunctionSchema),
});
export type Session = z.output<typeof sessionSchema>;
