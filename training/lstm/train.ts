import { createHash } from 'node:crypto';
import type * as TensorFlow from '@tensorflow/tfjs';
import type { LstmShape } from '#forecast/lstm/shape.ts';
import type { LstmWeights } from '#forecast/lstm/weights.ts';
import { Checkpoint, type EpochLoss, type TrainingState } from './checkpoint.ts';
import { unflatten } from './parameters.ts';
import { Trainer, type TrainerSettings } from './trainer.ts';
import { checkWindows, type Windows } from './windows.ts';

export type { Windows } from './windows.ts';

/** After an epoch. `epoch` counts from 1; losses are means over what counts. */
export interface EpochReport extends EpochLoss {
  readonly epochs: number;
  /** How long the remaining epochs will take if all are needed. */
  readonly etaMs: number;
}

export interface TrainingOptions {
  /** Of the initial weights, the order of the sequences and dropout. */
  readonly seed: number;
  /** @default 15 */
  readonly epochs?: number;
  /** Sequences a step. @default 32 */
  readonly batch?: number;
  /** At the first step; falls along a cosine to 3 %. @default 3e-3 */
  readonly learningRate?: number;
  /** Epochs without a better validation loss after which it ends. @default 8 */
  readonly patience?: number;
  /** Share of the LSTM's outputs left out at random. @default 0 */
  readonly dropout?: number;
  /** Where the state is kept after each epoch, and taken up again. @default nowhere */
  readonly checkpointDirectory?: string;
  /** Ends the training between two batches by throwing its reason. */
  readonly signal?: AbortSignal | undefined;
  readonly onEpoch?: ((report: EpochReport) => void) | undefined;
}

/** What training gives: the weights after the epoch with the least validation loss. */
export interface TrainedLstm {
  readonly weights: LstmWeights;
  readonly bestEpoch: number;
  readonly validationLoss: number;
  readonly history: readonly EpochLoss[];
}

const DEFAULTS = {
  epochs: 15,
  batch: 32,
  learningRate: 3e-3,
  weightDecay: 1e-4,
  gradientNorm: 1,
  patience: 8,
  dropout: 0,
};

/**
 * Trains the network by pinball loss. Deterministic: the same data, shape, options and backend give the same weights,
 * whether interrupted and resumed or not. Throws `training-failed` where the loss stops being a number, and
 * `checkpoint-invalid` where the checkpoint is another training's.
 */
export async function trainLstm(
  tf: typeof TensorFlow,
  shape: LstmShape,
  train: Windows,
  validation: Windows,
  options: TrainingOptions,
): Promise<TrainedLstm> {
  checkWindows(train, shape, 'training');
  checkWindows(validation, shape, 'validation');
  const { checkpointDirectory, signal, onEpoch, ...chosen } = options;
  const settings = { headWeights: shape.heads.map(() => 1), ...DEFAULTS, ...chosen };
  const data = { train, validation };
  const trainer = new Trainer(tf, shape, data, settings);
  try {
    const checkpoint =
      checkpointDirectory === undefined
        ? undefined
        : new Checkpoint(checkpointDirectory, settings.seed, digest(shape, data, settings));
    const kept = checkpoint?.read(trainer.state.parameters.length);
    if (kept !== undefined) trainer.resume(kept);
    await runEpochs(trainer, { settings, checkpoint, signal, onEpoch });
    return resultOf(shape, trainer.state);
  } finally {
    trainer.dispose();
  }
}

interface Run extends Pick<TrainingOptions, 'signal' | 'onEpoch'> {
  readonly settings: TrainerSettings;
  readonly checkpoint: Checkpoint | undefined;
}

async function runEpochs(trainer: Trainer, { settings, checkpoint, signal, onEpoch }: Run): Promise<void> {
  const started = performance.now();
  const first = trainer.state.history.length;
  while (!trainer.finished) {
    const loss = await trainer.epoch(signal);
    await checkpoint?.write(trainer.state);
    const msAnEpoch = (performance.now() - started) / (loss.epoch - first);
    onEpoch?.({ ...loss, epochs: settings.epochs, etaMs: (settings.epochs - loss.epoch) * msAnEpoch });
  }
}

function resultOf(shape: LstmShape, { best, bestEpoch, history }: TrainingState): TrainedLstm {
  const validationLoss = history[bestEpoch - 1]?.validationLoss ?? NaN;
  return { weights: unflatten(shape, best), bestEpoch, validationLoss, history };
}

/** Of everything that the result depends on. */
function digest(
  shape: LstmShape,
  data: { readonly train: Windows; readonly validation: Windows },
  settings: TrainerSettings,
): string {
  const network = { ...shape, training: undefined };
  const hash = createHash('sha256').update(JSON.stringify([network, settings]));
  for (const { inputs, targets, mask } of [data.train, data.validation]) {
    for (const array of [inputs, targets, mask]) hash.update(array);
  }
  return hash.digest('hex');
}
