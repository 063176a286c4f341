import { INPUT_NAMES } from '#forecast/lstm/inputs.ts';

/**
 * How our network is trained. Chosen on generated and recorded series that it was not trained on; the reference data
 * set and what is held out of the recordings had no part in it.
 */
export const RECIPE = {
  units: 16,
  features: INPUT_NAMES,
  /** Seeds of generated histories: `train` is learned from, `validation` ends the training, neither is ever scored. */
  generated: { train: { first: 1_000, count: 1_500 }, validation: { first: 100_000, count: 40 }, hours: 4 },
  /** Every third of the functions recorded for choices validates, the others are learned from. */
  validationEvery: 3,
  /** Sequences of generated histories overlap by half, those of recordings by seven eighths: they are few and real. */
  stride: { generated: 120, recorded: 30 },
  epochs: 12,
  patience: 5,
  batch: 32,
  learningRate: 3e-3,
} as const;
