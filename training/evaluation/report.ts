import * as z from 'zod';
import { LEVELS } from '#forecast/levels.ts';
import type { Figures, Means } from './figures.ts';

/** null where nothing could be told, such as the ratio to a baseline that made no error. */
const figure = z.number().nullable();
const byLevel = z.array(figure).length(LEVELS.length);

/** One forecaster: ratios to persistence whose residuals come from the past 2 h, and how often its quantiles held. */
const rowSchema = z.strictObject({
  forecaster: z.string().min(1),
  nextMae: figure,
  nextRmse: figure,
  /** Of the peak's p50, p90, p95 and p99. */
  pinball: byLevel,
  coverage: byLevel,
  /** Standard errors of the coverages, over blocks of one horizon. */
  coverageError: byLevel,
});

const meansSchema = z.strictObject({ nextMae: figure, nextRmse: figure, pinball: byLevel });

const functionSchema = z.strictObject({
  name: z.string(),
  /** Origins whose next value, and whose peak, could be judged. */
  nexts: z.int().nonnegative(),
  peaks: z.int().nonnegative(),
  /** The baseline's mean errors, in cores or bytes: ratios are to them. */
  baseline: meansSchema,
  rows: z.array(rowSchema),
});

/** One metric over all functions: geometric means of the ratios, coverage of all peaks alike. */
export const overallSchema = z.strictObject({
  metric: z.enum(['cpu', 'memory']),
  functions: z.int().nonnegative(),
  peaks: z.int().nonnegative(),
  rows: z.array(rowSchema),
});

export const settingsSchema = z.strictObject({
  /** Samples a forecast sees, and samples the baseline's residuals come from. */
  windowSteps: z.int().positive(),
  baselineSteps: z.int().positive(),
  horizonMs: z.number().positive(),
  /** Every so manieth origin was judged. */
  every: z.int().positive(),
  hideCalls: z.boolean(),
  /** Rows forecast, from 1; null for the last one. */
  firstRow: z.int().positive(),
  lastRow: z.int().positive().nullable(),
});

export const evaluationReportSchema = z.strictObject({
  dataSet: z.string(),
  settings: settingsSchema,
  overall: z.array(overallSchema),
  functions: z.array(z.strictObject({ metric: z.enum(['cpu', 'memory']), ...functionSchema.shape })),
});

export type ReportRow = z.output<typeof rowSchema>;
export type OverallReport = z.output<typeof overallSchema>;
export type FunctionReport = z.output<typeof functionSchema>;
export type EvaluationSettings = z.output<typeof settingsSchema>;
export type EvaluationReport = z.output<typeof evaluationReportSchema>;

const known = (value: number): number | null => (Number.isFinite(value) ? value : null);

export function rowOf(
  forecaster: string,
  { nextMae, nextRmse, pinball, coverage, coverageError }: RowFigures,
): ReportRow {
  return {
    forecaster,
    nextMae: known(nextMae),
    nextRmse: known(nextRmse),
    pinball: pinball.map(known),
    coverage: coverage.map(known),
    coverageError: coverageError.map(known),
  };
}

/** The figures of a row as numbers, NaN where nothing could be told. */
export interface RowFigures extends Pick<Figures, 'nextMae' | 'nextRmse' | 'pinball'> {
  readonly coverage: readonly number[];
  readonly coverageError: readonly number[];
}

export function meansReport({ nextMae, nextRmse, pinball }: Means): FunctionReport['baseline'] {
  return { nextMae: known(nextMae), nextRmse: known(nextRmse), pinball: pinball.map(known) };
}
