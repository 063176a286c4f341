import * as z from 'zod';
import { signalsSchema } from './usage.ts';

const value = z.number().nonnegative();

export const quantilesSchema = z.object({ p50: value, p90: value, p95: value, p99: value });

const perMetric = <T extends z.ZodType>(schema: T) => z.object({ cpu: schema, memory: schema });

/** What a forecast rests on. Per metric where the metrics differ. */
export const evidenceSchema = z.object({
  /** Samples of CPU in the window, gaps not counted. */
  samples: z.number().int().nonnegative(),
  gaps: z.number().int().nonnegative(),
  /** Samples at the limit: use, not demand. They stay out of calibration and skill. */
  censored: z.number().int().nonnegative(),
  /** Age of the newest sample at `at`, ms; null without samples. */
  age: z.number().int().nonnegative().nullable(),
  forecaster: perMetric(z.string()),
  /** The forecaster of the next value, chosen apart from the peak's. */
  nextForecaster: perMetric(z.string()),
  /** Pinball loss on the window's own past ÷ persistence's; null where the past is too short to tell. */
  skill: perMetric(z.number().nonnegative().nullable()),
  /** Absolute error of the next value on the window's own past ÷ persistence's; null as above. */
  nextSkill: perMetric(z.number().nonnegative().nullable()),
  /** Share of past peaks at or under their p95; null where the past is too short to tell. */
  coverage: perMetric(z.number().min(0).max(1).nullable()),
  /**
   * Requests that would have followed these forecasts over the window's own past: samples judged, how long a time they
   * span, and how many were above the request or censored. Null where the past is too short to tell.
   */
  replay: z
    .object({
      samples: z.number().int().positive(),
      spanMs: z.number().int().nonnegative(),
      shortCpu: z.number().int().nonnegative(),
      shortMemory: z.number().int().nonnegative(),
    })
    .nullable(),
  /** The model that stood among the forecasters; or, after `none: `, why none did. */
  model: z.string(),
});

/** The most that will be used within `horizon` ms, CPU as 60 s means; null where nothing can be said. */
export const peakSchema = z.object({
  horizon: z.number().int().positive(),
  cpu: quantilesSchema.nullable(),
  memory: quantilesSchema.nullable(),
});

/** Units: CPU in cores, memory in bytes, time in ms. */
export const functionForecastSchema = z.object({
  name: z.string().min(1),
  namespace: z.string().min(1),
  at: z.number().int(),
  /** The next step; null where nothing can be said. */
  next: perMetric(value.nullable()),
  peak: peakSchema,
  evidence: evidenceSchema,
  signals: signalsSchema,
});

/** predict-resources' answer to one usage message: same cycle, same shard. */
export const forecastMessageSchema = z.object({
  version: z.literal(1),
  installation: z.string(),
  cycle: z.number().int().nonnegative(),
  shard: z.number().int().nonnegative(),
  shards: z.number().int().positive(),
  at: z.number().int(),
  functions: z.array(functionForecastSchema),
});

export type Quantiles = z.infer<typeof quantilesSchema>;
export type Evidence = z.infer<typeof evidenceSchema>;
export type FunctionForecast = z.infer<typeof functionForecastSchema>;
export type ForecastMessage = z.infer<typeof forecastMessageSchema>;
