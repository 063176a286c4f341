import type * as TensorFlow from '@tensorflow/tfjs';
import { batchOf } from '#forecast/seed-lstm/load-seed-lstm.ts';
import { type ModelFiles, layersModelFiles } from '#forecast/model-folder/layers-model.ts';
import { SEED_SHAPE } from '#forecast/seed-lstm/network.ts';
import type { SeedLstmModel } from '#forecast/seed-lstm/seed-lstm.ts';
import { restore } from '#forecast/seed-lstm/standard-scaler.ts';
import { type ErrorsByVariable, testErrors } from './errors.ts';
import { type EpochLoss, EPOCHS, fit } from './fit.ts';
import { type SeedData, type Variable, VARIABLES } from './prepare.ts';

/** Forecasts of the test rows in cores and bytes. */
export type TestForecasts = Readonly<Record<Variable, Float64Array>>;

/** One training of the network and how it did. */
export interface SeedRun {
  readonly seed: number;
  readonly losses: readonly EpochLoss[];
  readonly forecasts: TestForecasts;
  readonly errors: ErrorsByVariable;
  readonly trainingMs: number;
  /** model.json and weights.bin. */
  readonly files: ModelFiles;
}

export interface StudyOptions {
  /** Trainings, with the seeds 1, 2, … */
  readonly seeds: number;
  /** @default 50 */
  readonly epochs?: number;
  readonly onEpoch?: (seed: number, loss: EpochLoss) => void;
  readonly signal?: AbortSignal;
  /** ISO 8601, written into the models. */
  readonly date: string;
}

/** Trains the study's network once for each seed, one after the other. Throws as `fit`. */
export async function runStudy(
  tf: typeof TensorFlow,
  data: SeedData,
  options: StudyOptions,
): Promise<readonly SeedRun[]> {
  const runs: SeedRun[] = [];
  for (let seed = 1; seed <= options.seeds; seed++) runs.push(await runSeed(tf, data, seed, options));
  return runs;
}

async function runSeed(
  tf: typeof TensorFlow,
  data: SeedData,
  seed: number,
  { epochs = EPOCHS, onEpoch, signal, date }: StudyOptions,
): Promise<SeedRun> {
  const startMs = performance.now();
  const { network, losses } = await fit(tf, data, {
    seed,
    epochs,
    signal,
    onEpoch: (loss) => onEpoch?.(seed, loss),
  });
  const trainingMs = performance.now() - startMs;
  try {
    const forecasts = testForecasts(data, batchOf(tf, network));
    const metadata = {
      model: 'seed-lstm',
      format: 1,
      scalers: data.scalers,
      training: { seed, epochs, date, data: data.history.name, rows: data.train.rows },
    };
    return {
      seed,
      losses,
      forecasts,
      errors: testErrors(data, (_, variable) => forecasts[variable]),
      trainingMs,
      files: await layersModelFiles(tf, network, metadata),
    };
  } finally {
    network.dispose();
  }
}

/** What a trained network forecasts for the test rows. */
export function testForecasts({ scalers, test }: SeedData, predict: SeedLstmModel['predict']): TestForecasts {
  const outputs = predict(test.inputs, test.rows);
  const column = (variable: Variable): Float64Array => {
    const index = VARIABLES.indexOf(variable);
    const scores = Float64Array.from(
      test.steps,
      (_, row) => outputs[row * SEED_SHAPE.variables + index] ?? NaN,
    );
    return restore(scores, scalers[variable]);
  };
  return { memory: column('memory'), cpu: column('cpu') };
}
