import { setImmediate } from 'node:timers/promises';
import type * as TensorFlow from '@tensorflow/tfjs';
import { ForesizeError } from '#core/errors/error.ts';
import type { LstmShape } from '#forecast/lstm/shape.ts';
import { type Draws, seededDraws } from '../generate/draws.ts';
import { AdamW, cosineDecay } from './adamw.ts';
import type { EpochLoss, TrainingState } from './checkpoint.ts';
import { LossGradient } from './gradient.ts';
import type { Batch } from './loss.ts';
import { buildNetwork, weightsOf } from './network.ts';
import { flatten } from './parameters.ts';
import { batchOf, type Windows } from './windows.ts';

/** Everything that the result depends on, beside the data and the shape. */
export interface TrainerSettings {
  readonly seed: number;
  readonly epochs: number;
  readonly batch: number;
  readonly learningRate: number;
  readonly weightDecay: number;
  readonly gradientNorm: number;
  readonly patience: number;
  readonly dropout: number;
  readonly headWeights: readonly number[];
}

/** Share of the learning rate that is left at the end. */
const FLOOR = 0.03;

/** A validation loss is better if it is less by this. */
const LEAST_GAIN = 1e-5;

/** Seeds of the draws of one epoch are this far from those of the same epoch of the next seed. */
const EPOCHS_A_SEED = 65_536;

/** Trains a network epoch by epoch. The draws of an epoch depend on its number alone, so that it can be resumed. */
export class Trainer {
  readonly #tf: typeof TensorFlow;
  readonly #shape: LstmShape;
  readonly #train: Windows;
  readonly #validation: Windows;
  readonly #settings: TrainerSettings;
  readonly #loss: LossGradient;
  #state: TrainingState;

  constructor(
    tf: typeof TensorFlow,
    shape: LstmShape,
    data: { readonly train: Windows; readonly validation: Windows },
    settings: TrainerSettings,
  ) {
    this.#tf = tf;
    this.#shape = shape;
    this.#train = data.train;
    this.#validation = data.validation;
    this.#settings = settings;
    this.#loss = new LossGradient(tf, shape, settings.headWeights);
    this.#state = initialState(tf, shape, settings.seed);
  }

  get state(): TrainingState {
    return this.#state;
  }

  /** Goes on from a state of the same training. */
  resume(state: TrainingState): void {
    this.#state = state;
  }

  get finished(): boolean {
    const { history, bestEpoch } = this.#state;
    return history.length >= this.#settings.epochs || history.length - bestEpoch >= this.#settings.patience;
  }

  dispose(): void {
    this.#loss.dispose();
  }

  /** Until an epoch has ended its state is the one before it. Throws the signal's reason between two batches. */
  async epoch(signal?: AbortSignal): Promise<EpochLoss> {
    const before = this.#state;
    const epoch = before.history.length + 1;
    const parameters = before.parameters.slice();
    const optimiser = new AdamW(this.#settings, before);
    const loss = await this.#learn(epoch, parameters, optimiser, signal);
    const validationLoss = await this.#validate(parameters, signal);
    const report = { epoch, loss, validationLoss };
    const least = before.history[before.bestEpoch - 1]?.validationLoss ?? Infinity;
    const better = validationLoss < least - LEAST_GAIN;
    this.#state = {
      parameters,
      mean: optimiser.mean,
      square: optimiser.square,
      steps: optimiser.steps,
      best: better ? parameters.slice() : before.best,
      bestEpoch: better ? epoch : before.bestEpoch,
      history: [...before.history, report],
    };
    return report;
  }

  /** One pass over the training sequences in a random order; the mean loss of its batches. */
  async #learn(
    epoch: number,
    parameters: Float32Array,
    optimiser: AdamW,
    signal: AbortSignal | undefined,
  ): Promise<number> {
    const { seed, epochs, batch: size, learningRate } = this.#settings;
    const draws = seededDraws(seed * EPOCHS_A_SEED + epoch);
    const order = shuffled(this.#train.count, draws);
    const batches = Math.max(1, Math.floor(order.length / size));
    const gradient = new Float32Array(parameters.length);
    let total = 0;
    for (let i = 0; i < batches; i++) {
      await breathe(signal);
      const loss = this.#gradient(parameters, order.slice(i * size, (i + 1) * size), draws, gradient);
      if (!Number.isFinite(loss)) throw diverged(epoch, i);
      const share = cosineDecay(optimiser.steps, epochs * batches, FLOOR);
      optimiser.step(parameters, gradient, learningRate * share);
      total += loss;
    }
    return total / batches;
  }

  #gradient(parameters: Float32Array, order: Uint32Array, draws: Draws, gradient: Float32Array): number {
    return this.#tf.tidy(() => {
      const batch = this.#withDropout(batchOf(this.#tf, this.#train, this.#shape, order), draws);
      return this.#loss.gradient(parameters, batch, gradient);
    });
  }

  /** Outputs that are kept count for those that are left out (inverted dropout). */
  #withDropout(batch: Batch, draws: Draws): Batch {
    const { dropout } = this.#settings;
    if (dropout === 0) return batch;
    const rows = batch.size * batch.steps;
    const factors = new Float32Array(rows * this.#shape.units);
    for (let i = 0; i < factors.length; i++) factors[i] = draws.chance(dropout) ? 0 : 1 / (1 - dropout);
    return { ...batch, dropout: this.#tf.tensor2d(factors, [rows, this.#shape.units]) };
  }

  async #validate(parameters: Float32Array, signal: AbortSignal | undefined): Promise<number> {
    const { count } = this.#validation;
    const size = this.#settings.batch;
    const total = { sum: 0, count: 0 };
    for (let first = 0; first < count; first += size) {
      await breathe(signal);
      const order = Uint32Array.from({ length: Math.min(size, count - first) }, (_, i) => first + i);
      const sums = this.#tf.tidy(() =>
        this.#loss.sums(parameters, batchOf(this.#tf, this.#validation, this.#shape, order)),
      );
      total.sum += sums.sum;
      total.count += sums.count;
    }
    return total.sum / total.count;
  }
}

function initialState(tf: typeof TensorFlow, shape: LstmShape, seed: number): TrainingState {
  // In tidy, since the forget gate's initialiser leaves its parts behind.
  const parameters = tf.tidy(() => {
    const network = buildNetwork(tf, shape, seed);
    const weights = weightsOf(network, shape);
    network.dispose();
    return flatten(shape, weights);
  });
  return {
    parameters,
    mean: new Float32Array(parameters.length),
    square: new Float32Array(parameters.length),
    steps: 0,
    best: parameters,
    bestEpoch: 0,
    history: [],
  };
}

/** Fisher and Yates. */
function shuffled(count: number, draws: Draws): Uint32Array {
  const order = Uint32Array.from({ length: count }, (_, i) => i);
  for (let i = count - 1; i > 0; i--) {
    const j = draws.whole(0, i);
    [order[i], order[j]] = [order[j] ?? 0, order[i] ?? 0];
  }
  return order;
}

/** Lets timers and signals be heard between two batches. */
async function breathe(signal: AbortSignal | undefined): Promise<void> {
  await setImmediate();
  signal?.throwIfAborted();
}

function diverged(epoch: number, batch: number): ForesizeError {
  return new ForesizeError(
    'training-failed',
    `the loss of epoch ${epoch}, batch ${batch + 1} is not a number`,
  );
}
