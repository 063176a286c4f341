import type * as TensorFlow from '@tensorflow/tfjs';
import { FAR_STEPS, NEAR_STEPS } from '#forecast/lstm/inputs.ts';
import type { LstmModel } from '#forecast/lstm/lstm-forecaster.ts';
import { type LstmHead, type LstmShape, type LstmTraining, MODEL_FORMAT } from '#forecast/lstm/shape.ts';
import { LEVELS } from '#forecast/levels.ts';
import type { EpochLoss } from './checkpoint.ts';
import { type EpochReport, trainLstm } from './train.ts';
import type { JoinedData } from './training-data.ts';
import type { TrainingRecipe } from './training-recipe.ts';

/** One training of a recipe. */
export interface SeedTraining {
  readonly seed: number;
  readonly model: LstmModel;
  readonly bestEpoch: number;
  readonly validationLoss: number;
  readonly history: readonly EpochLoss[];
  /** CPU time of this process; null where a checkpoint was gone on from: of what was before it nothing is known. */
  readonly cpuSeconds: number | null;
}

/** What model.json says of where a model came from, beside the seed. */
export interface ModelOrigin {
  /** ISO 8601 in UTC. */
  readonly date: string;
  /** Version of the generator. */
  readonly generator: string;
  readonly [more: string]: unknown;
}

export interface RecipeTraining {
  readonly origin: ModelOrigin;
  readonly checkpointDirectory?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onEpoch?: ((seed: number, report: EpochReport) => void) | undefined;
}

/** The input that the median of the next value is a residual on, where the recipe has it. Those of peaks do without. */
const NEXT_OFFSET = 'nowcast';
const HEAD_STEPS = { next: 1, near: NEAR_STEPS, far: FAR_STEPS } as const;

/** What a recipe's network looks like. */
export function shapeOf({ features, units }: TrainingRecipe, training: LstmTraining): LstmShape {
  const head = (name: keyof typeof HEAD_STEPS): LstmHead => {
    const medianOffset = name === 'next' && features.includes(NEXT_OFFSET) ? NEXT_OFFSET : null;
    return { name, steps: HEAD_STEPS[name], medianOffset };
  };
  return {
    format: MODEL_FORMAT,
    features: [...features],
    units,
    heads: [head('next'), head('near'), head('far')],
    levels: LEVELS.map(([, level]) => level),
    training,
  };
}

/** Trains a recipe with one seed. Throws as `trainLstm`. */
export async function trainSeed(
  tf: typeof TensorFlow,
  recipe: TrainingRecipe,
  { train, validation }: JoinedData,
  seed: number,
  { origin, checkpointDirectory, signal, onEpoch }: RecipeTraining,
): Promise<SeedTraining> {
  const shape = shapeOf(recipe, { ...origin, seed });
  const { epochs, patience, batch, learningRate } = recipe;
  const before = process.cpuUsage();
  let run = 0;
  const { weights, ...result } = await trainLstm(tf, shape, train, validation, {
    ...{ seed, epochs, patience, batch, learningRate },
    ...(checkpointDirectory === undefined ? {} : { checkpointDirectory }),
    signal,
    onEpoch: (report) => {
      run++;
      onEpoch?.(seed, report);
    },
  });
  const { user, system } = process.cpuUsage(before);
  const cpuSeconds = run === result.history.length ? (user + system) / 1e6 : null;
  return { seed, model: { shape, weights }, ...result, cpuSeconds };
}

/** The training with the median validation loss; of an even number the better one of the two in the middle. */
export function medianTraining(trainings: readonly SeedTraining[]): SeedTraining {
  const sorted = [...trainings].sort((a, b) => a.validationLoss - b.validationLoss);
  const median = sorted[Math.floor((sorted.length - 1) / 2)];
  if (median === undefined) throw new RangeError('nothing was trained');
  return median;
}
