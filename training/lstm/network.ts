import type * as TensorFlow from '@tensorflow/tfjs';
import { type LstmShape, outputColumns } from '#forecast/lstm/shape.ts';
import { type LstmWeights, sizeOf, weightSpecs, weightsFrom } from '#forecast/lstm/weights.ts';

/**
 * The network in TensorFlow.js layers, inputs [batch, steps, features], raw outputs [batch, steps, outputs]: an LSTM
 * with a linear path around it. Its weights are drawn from `seed`. The caller disposes of it.
 */
export function buildNetwork(tf: typeof TensorFlow, shape: LstmShape, seed: number): TensorFlow.LayersModel {
  const units = outputColumns(shape);
  const inputs = tf.input({ shape: [null, shape.features.length], name: 'inputs' });
  const states = lstmLayer(tf, shape.units, seed).apply(inputs);
  const output = tf.layers.dense({
    name: 'output',
    units,
    kernelInitializer: smallNormal(tf, 0.3, seed + 2),
  });
  const skip = tf.layers.dense({
    name: 'skip',
    units,
    useBias: false,
    kernelInitializer: smallNormal(tf, 0.05, seed + 3),
  });
  const sum = tf.layers.add({ name: 'sum' });
  const ends = [output.apply(states), skip.apply(inputs)].map((end) => symbolic(tf, end));
  return tf.model({ inputs, outputs: symbolic(tf, sum.apply(ends)), name: 'foresize-lstm' });
}

/** Glorot's, times `factor`: the forecasts begin close to their offsets. */
function smallNormal(
  tf: typeof TensorFlow,
  factor: number,
  seed: number,
): ReturnType<typeof TensorFlow.initializers.varianceScaling> {
  return tf.initializers.varianceScaling({
    scale: factor ** 2,
    mode: 'fanAvg',
    distribution: 'normal',
    seed,
  });
}

/** The defaults of tfjs differ from Keras's: the recurrent activation, the forget gate's bias and the initialiser. */
function lstmLayer(tf: typeof TensorFlow, units: number, seed: number): TensorFlow.layers.Layer {
  return tf.layers.lstm({
    name: 'lstm',
    units,
    returnSequences: true,
    activation: 'tanh',
    recurrentActivation: 'sigmoid',
    unitForgetBias: true,
    kernelInitializer: tf.initializers.glorotNormal({ seed }),
    recurrentInitializer: tf.initializers.orthogonal({ gain: 1, seed: seed + 1 }),
  });
}

/** A layer applied to symbolic tensors gives a symbolic one; its type says less. */
function symbolic(tf: typeof TensorFlow, applied: unknown): TensorFlow.SymbolicTensor {
  if (applied instanceof tf.SymbolicTensor) return applied;
  throw new TypeError('a layer gave no symbolic tensor');
}

/** A copy of the network's weights. */
export function weightsOf(model: TensorFlow.LayersModel, shape: LstmShape): LstmWeights {
  const tensors = model.getWeights();
  let at = 0;
  return weightsFrom(shape, (spec) => {
    const weights = Float32Array.from(tensors[at++]?.dataSync() ?? []);
    if (weights.length === sizeOf(spec.shape)) return weights;
    throw new RangeError(`the network has ${weights.length} weights where ${spec.name} belongs`);
  });
}

/** Puts weights into the network. */
export function setWeights(
  tf: typeof TensorFlow,
  model: TensorFlow.LayersModel,
  shape: LstmShape,
  weights: LstmWeights,
): void {
  const tensors = weightSpecs(shape).map(({ field, shape: dimensions }) =>
    tf.tensor(weights[field], [...dimensions], 'float32'),
  );
  model.setWeights(tensors);
  tf.dispose(tensors);
}
