import type * as TensorFlow from '@tensorflow/tfjs';
import { INCREMENT_SCALE, INCREMENT_SHIFT } from '#forecast/lstm/quantile-heads.ts';
import { type LstmShape, outputColumns } from '#forecast/lstm/shape.ts';
import { recurrence } from './recurrence.ts';

/** Sequences as tensors. Rows are sequence × steps + step. */
export interface Batch {
  readonly size: number;
  readonly steps: number;
  /** rows × features. */
  readonly inputs: TensorFlow.Tensor2D;
  /** rows × heads. */
  readonly targets: TensorFlow.Tensor2D;
  /** rows × heads: how much the target counts. */
  readonly mask: TensorFlow.Tensor2D;
  /** rows × units: factors on the LSTM's outputs. */
  readonly dropout?: TensorFlow.Tensor2D;
}

/** Constants of the loss for one shape, as tensors. The caller disposes of them. */
export interface LossConstants {
  /** features × outputs: 1 where an input is the offset of a median. */
  readonly offsets: TensorFlow.Tensor2D;
  /** outputs: 1 for a median. */
  readonly medians: TensorFlow.Tensor1D;
  /** outputs × outputs: from a median and increments to quantiles. */
  readonly cumulate: TensorFlow.Tensor2D;
  /** heads × outputs: each head's target for each of its levels. */
  readonly spread: TensorFlow.Tensor2D;
  /** outputs: the level. */
  readonly levels: TensorFlow.Tensor1D;
  /** outputs: what an error counts, half of the head's weight over √(level (1 − level)). */
  readonly weights: TensorFlow.Tensor1D;
  /** outputs: the head's weight. */
  readonly headWeights: TensorFlow.Tensor1D;
}

export function lossConstants(
  tf: typeof TensorFlow,
  shape: LstmShape,
  headWeights: readonly number[],
): LossConstants {
  const [outputs, levels] = [outputColumns(shape), shape.levels.length];
  const columns = Array.from({ length: outputs }, (_, i) => ({
    head: Math.floor(i / levels),
    level: shape.levels[i % levels] ?? NaN,
    place: i % levels,
  }));
  const vector = (value: (column: (typeof columns)[number]) => number): TensorFlow.Tensor1D =>
    tf.tensor1d(columns.map(value), 'float32');
  const matrix = (rows: number, holds: (row: number, column: number) => boolean): TensorFlow.Tensor2D =>
    tf.tensor2d(
      Array.from({ length: rows }, (_, row) => columns.map((_, column) => Number(holds(row, column)))),
      [rows, outputs],
      'float32',
    );
  const headOf = (column: number): number => Math.floor(column / levels);
  return {
    offsets: matrix(
      shape.features.length,
      (row, column) =>
        column % levels === 0 && shape.heads[headOf(column)]?.medianOffset === shape.features[row],
    ),
    medians: vector(({ place }) => Number(place === 0)),
    cumulate: matrix(outputs, (row, column) => headOf(row) === headOf(column) && row <= column),
    spread: matrix(shape.heads.length, (row, column) => headOf(column) === row),
    levels: vector(({ level }) => level),
    weights: vector(({ head, level }) => ((headWeights[head] ?? 1) * 0.5) / Math.sqrt(level * (1 - level))),
    headWeights: vector(({ head }) => headWeights[head] ?? 1),
  };
}

/** The network's weights as tensors. */
export interface WeightTensors {
  readonly kernel: TensorFlow.Tensor2D;
  readonly recurrentKernel: TensorFlow.Tensor2D;
  readonly bias: TensorFlow.Tensor1D;
  readonly outputKernel: TensorFlow.Tensor2D;
  readonly outputBias: TensorFlow.Tensor1D;
  readonly skipKernel: TensorFlow.Tensor2D;
}

/** The network's quantiles, rows × outputs. */
export function quantiles(
  tf: typeof TensorFlow,
  weights: WeightTensors,
  constants: LossConstants,
  batch: Batch,
): TensorFlow.Tensor2D {
  const { kernel, recurrentKernel, bias, outputKernel, outputBias, skipKernel } = weights;
  const sums: TensorFlow.Tensor2D = tf.add(tf.matMul(batch.inputs, kernel), bias);
  const units = recurrentKernel.shape[0];
  const states = recurrence(tf, sums, recurrentKernel, { batch: batch.size, steps: batch.steps, units });
  const kept: TensorFlow.Tensor2D = batch.dropout === undefined ? states : tf.mul(states, batch.dropout);
  const ofStates: TensorFlow.Tensor2D = tf.add(tf.matMul(kept, outputKernel), outputBias);
  const ofInputs = tf.matMul<TensorFlow.Tensor2D>(batch.inputs, tf.add(skipKernel, constants.offsets));
  const raw = tf.add<TensorFlow.Tensor2D>(ofStates, ofInputs);
  const increments = tf.mul(tf.softplus(tf.sub(raw, INCREMENT_SHIFT)), INCREMENT_SCALE);
  const isMedian = constants.medians;
  const parts = tf.add<TensorFlow.Tensor2D>(tf.mul(raw, isMedian), tf.mul(increments, tf.sub(1, isMedian)));
  return tf.matMul(parts, constants.cumulate);
}

/**
 * Pinball loss of all quantiles, each over √(level (1 − level)) so that all levels count alike, and how much counted:
 * the loss of a batch is sum ÷ count. What the mask leaves out adds nothing to either.
 */
export function pinballSums(
  tf: typeof TensorFlow,
  weights: WeightTensors,
  constants: LossConstants,
  batch: Batch,
): { sum: TensorFlow.Scalar; count: TensorFlow.Scalar } {
  const forecast = quantiles(tf, weights, constants, batch);
  const error = tf.sub(tf.matMul(batch.targets, constants.spread), forecast);
  const mask = tf.matMul(batch.mask, constants.spread);
  const pinball = tf.maximum(tf.mul(error, constants.levels), tf.mul(error, tf.sub(constants.levels, 1)));
  return {
    sum: tf.sum(tf.mul(tf.mul(pinball, constants.weights), mask)),
    count: tf.sum(tf.mul(mask, constants.headWeights)),
  };
}
