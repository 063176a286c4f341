import type * as TensorFlow from '@tensorflow/tfjs';
import { type LstmShape, outputColumns } from '#forecast/lstm/shape.ts';
import { weightsFrom } from '#forecast/lstm/weights.ts';
import { type Batch, type LossConstants, lossConstants, pinballSums } from './loss.ts';
import { flatten, unflatten } from './parameters.ts';

/** The network's weights as variables: the loss's gradient is by these. */
type Variables = Readonly<{
  kernel: TensorFlow.Variable<TensorFlow.Rank.R2>;
  recurrentKernel: TensorFlow.Variable<TensorFlow.Rank.R2>;
  bias: TensorFlow.Variable<TensorFlow.Rank.R1>;
  outputKernel: TensorFlow.Variable<TensorFlow.Rank.R2>;
  outputBias: TensorFlow.Variable<TensorFlow.Rank.R1>;
  skipKernel: TensorFlow.Variable<TensorFlow.Rank.R2>;
}>;

/** The loss of a network and its gradient, on whichever backend is active. */
export class LossGradient {
  readonly #tf: typeof TensorFlow;
  readonly #shape: LstmShape;
  readonly #constants: LossConstants;

  /** `headWeights`: what each head counts. */
  constructor(tf: typeof TensorFlow, shape: LstmShape, headWeights: readonly number[]) {
    this.#tf = tf;
    this.#shape = shape;
    this.#constants = lossConstants(tf, shape, headWeights);
  }

  /** Fills `gradient`, and gives the batch's mean loss: 0 where nothing counts. `parameters` are flat. */
  gradient(parameters: Float32Array, batch: Batch, gradient: Float32Array): number {
    const tf = this.#tf;
    return this.#withVariables(parameters, (variables) => {
      const { value, grads } = tf.variableGrads(() => {
        const { sum, count } = pinballSums(tf, variables, this.#constants, batch);
        return tf.div<TensorFlow.Scalar>(sum, tf.maximum(count, tf.backend().epsilon()));
      }, Object.values(variables));
      const weights = weightsFrom(this.#shape, ({ field }) =>
        Float32Array.from(grads[variables[field].name]?.dataSync() ?? []),
      );
      gradient.set(flatten(this.#shape, weights));
      return value.dataSync()[0] ?? NaN;
    });
  }

  /** The sum of a batch's losses, and how much counted. */
  sums(parameters: Float32Array, batch: Batch): { sum: number; count: number } {
    return this.#withVariables(parameters, (variables) => {
      const { sum, count } = pinballSums(this.#tf, variables, this.#constants, batch);
      return { sum: sum.dataSync()[0] ?? NaN, count: count.dataSync()[0] ?? NaN };
    });
  }

  dispose(): void {
    this.#tf.dispose(Object.values(this.#constants));
  }

  #withVariables<T extends number | { sum: number; count: number }>(
    parameters: Float32Array,
    use: (variables: Variables) => T,
  ): T {
    const variables = this.#tf.tidy(() => makeVariables(this.#tf, this.#shape, parameters));
    try {
      return this.#tf.tidy(() => use(variables));
    } finally {
      this.#tf.dispose(Object.values(variables));
    }
  }
}

function makeVariables(tf: typeof TensorFlow, shape: LstmShape, parameters: Float32Array): Variables {
  const weights = unflatten(shape, parameters);
  const [features, outputs] = [shape.features.length, outputColumns(shape)];
  return {
    kernel: tf.variable(tf.tensor2d(weights.kernel, [features, 4 * shape.units])),
    recurrentKernel: tf.variable(tf.tensor2d(weights.recurrentKernel, [shape.units, 4 * shape.units])),
    bias: tf.variable(tf.tensor1d(weights.bias)),
    outputKernel: tf.variable(tf.tensor2d(weights.outputKernel, [shape.units, outputs])),
    outputBias: tf.variable(tf.tensor1d(weights.outputBias)),
    skipKernel: tf.variable(tf.tensor2d(weights.skipKernel, [features, outputs])),
  };
}
