import * as z from 'zod';
import { overallSchema, settingsSchema } from '../evaluation/report.ts';

const seedsSchema = z.strictObject({
  first: z.int(),
  count: z.int().nonnegative(),
  /** Histories that were used: constant and short ones are left out. */
  used: z.int().nonnegative(),
});

const recipeSchema = z.looseObject({
  units: z.int().positive(),
  features: z.array(z.string()).min(1),
  epochs: z.int().positive(),
  patience: z.int().positive(),
  batch: z.int().positive(),
  learningRate: z.number().positive(),
});

/** One training. */
const trainingSchema = z.strictObject({
  seed: z.int().nonnegative(),
  epochs: z.int().positive(),
  bestEpoch: z.int().positive(),
  validationLoss: z.number(),
  /** CPU time; null where the training was interrupted: it is not known then. */
  cpuSeconds: z.number().nonnegative().nullable(),
});

/** Forecasters over one set of data. */
const cardEvaluationSchema = z.strictObject({
  title: z.string().min(1),
  dataSet: z.string(),
  /** ISO 8601. */
  date: z.string(),
  settings: settingsSchema,
  overall: z.array(overallSchema),
});

/** Smallest, median and largest of the seeds' figures over one set of data. */
const spreadSchema = z.strictObject({ least: z.number(), median: z.number(), most: z.number() });

const seedSpreadSchema = z.strictObject({
  title: z.string(),
  seeds: z.int().positive(),
  /** Of our network's peaks over all functions: ratios of the pinball loss at p50, p90, p95 and p99. */
  pinball: z.array(spreadSchema.nullable()),
});

/** Our network alone on one set of data: ratios, and shares that held, of p50, p90, p95 and p99. */
export const judgedFiguresSchema = z.strictObject({
  title: z.string(),
  nextMae: z.number().nullable(),
  pinball: z.array(z.number().nullable()),
  coverage: z.array(z.number().nullable()),
});

const variantSchema = z.strictObject({
  name: z.string().min(1),
  /** What is different from the recipe. */
  what: z.string(),
  inputs: z.int().positive(),
  units: z.int().positive(),
  /** Medians over the seeds. */
  validationLoss: z.number(),
  judged: z.array(judgedFiguresSchema),
});

const ablationSchema = z.strictObject({
  date: z.string(),
  seeds: z.array(z.int().nonnegative()).min(1),
  epochs: z.int().positive(),
  generated: z.int().nonnegative(),
  variants: z.array(variantSchema),
});

/** card.json: where a model comes from and how well it forecasts. Figures were measured; none is written by hand. */
export const cardSchema = z.strictObject({
  model: z.literal('lstm'),
  format: z.literal(1),
  /** ISO 8601. */
  date: z.string(),
  versions: z.record(z.string(), z.string()),
  backend: z.string(),
  /** Of the model in this folder: the one with the median validation loss. */
  seed: z.int().nonnegative(),
  weights: z.int().positive(),
  recipe: recipeSchema,
  data: z.strictObject({
    hours: z.number().positive(),
    generated: z.strictObject({ train: seedsSchema, validation: seedsSchema }),
    /** Null without recordings. */
    recordings: z
      .strictObject({
        name: z.string(),
        trained: z.array(z.string()),
        validated: z.array(z.string()),
        samples: z.int().nonnegative(),
      })
      .nullable(),
    sequences: z.strictObject({ train: z.int().nonnegative(), validation: z.int().nonnegative() }),
  }),
  trainings: z.array(trainingSchema).min(1),
  evaluations: z.array(cardEvaluationSchema),
  /** Empty for a single seed. */
  spread: z.array(seedSpreadSchema),
  ablation: ablationSchema.nullable(),
  /** How to make it again. */
  commands: z.array(z.string()),
});

export type Card = z.output<typeof cardSchema>;
export type CardEvaluation = z.output<typeof cardEvaluationSchema>;
export type SeedSpread = z.output<typeof seedSpreadSchema>;
export type Ablation = z.output<typeof ablationSchema>;
