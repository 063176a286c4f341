import type * as TensorFlow from '@tensorflow/tfjs';
import { ForesizeError } from '#core/errors/error.ts';
import { SEED_SHAPE, seedNetwork } from '#forecast/seed-lstm/network.ts';
import { initialWeights } from './initial-weights.ts';
import type { SeedData, SplitPart } from './prepare.ts';

/** The study's: Adam with Keras's defaults, mean absolute error, rows in their order. */
const LEARNING_RATE = 1e-3;
const ADAM_EPSILON = 1e-7;
export const EPOCHS = 50;
export const BATCH_ROWS = 72;

/** Mean absolute errors in standard deviations after an epoch (`epoch` from 1). */
export interface EpochLoss {
  readonly epoch: number;
  readonly loss: number;
  readonly validationLoss: number;
}

export interface FitOptions {
  readonly seed: number;
  readonly epochs: number;
  readonly onEpoch?: (loss: EpochLoss) => void;
  readonly signal?: AbortSignal | undefined;
}

export interface Fitted {
  /** To be disposed of by the caller. */
  readonly network: TensorFlow.LayersModel;
  readonly losses: readonly EpochLoss[];
}

/**
 * Trains the study's network on `data.train` from the seed's initial weights. Throws `training-failed` where the loss
 * is no longer a number, and the signal's reason when it is aborted.
 */
export async function fit(tf: typeof TensorFlow, data: SeedData, options: FitOptions): Promise<Fitted> {
  const { seed, epochs, onEpoch, signal } = options;
  const network = seedNetwork(tf);
  const optimizer = tf.train.adam(LEARNING_RATE, 0.9, 0.999, ADAM_EPSILON);
  const [train, test] = [tensorsOf(tf, data.train), tensorsOf(tf, data.test)];
  const losses: EpochLoss[] = [];
  try {
    begin(tf, network, seed);
    network.compile({ optimizer, loss: 'meanAbsoluteError' });
    const schedule: TensorFlow.ModelFitArgs = {
      epochs,
      batchSize: BATCH_ROWS,
      shuffle: false,
      validationData: [test.inputs, test.targets],
      callbacks: {
        onEpochEnd: (epoch, logs) => {
          signal?.throwIfAborted();
          const reached = {
            epoch: epoch + 1,
            loss: logs?.loss ?? NaN,
            validationLoss: logs?.val_loss ?? NaN,
          };
          if (!Number.isFinite(reached.loss)) throw diverged(seed, reached);
          losses.push(reached);
          onEpoch?.(reached);
        },
      },
    };
    // The native backend draws a bar of its own otherwise. Set so, since the enumeration of levels is not exported.
    Reflect.set(schedule, 'verbose', 0);
    await network.fit(train.inputs, train.targets, schedule);
    return { network, losses };
  } catch (error) {
    network.dispose();
    throw error;
  } finally {
    optimizer.dispose();
    tf.dispose([train.inputs, train.targets, test.inputs, test.targets]);
  }
}

function begin(tf: typeof TensorFlow, network: TensorFlow.LayersModel, seed: number): void {
  tf.tidy(() => {
    network.setWeights(initialWeights(seed).map(({ shape, values }) => tf.tensor(values, [...shape])));
  });
}

function tensorsOf(tf: typeof TensorFlow, { rows, inputs, targets }: SplitPart) {
  const { lags, variables } = SEED_SHAPE;
  return {
    inputs: tf.tensor3d(inputs, [rows, lags, variables]),
    targets: tf.tensor2d(targets, [rows, variables]),
  };
}

function diverged(seed: number, { epoch, loss }: EpochLoss): ForesizeError {
  return new ForesizeError('training-failed', `the loss of seed ${seed} became ${loss} in epoch ${epoch}`);
}
