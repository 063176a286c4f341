import type * as TensorFlow from '@tensorflow/tfjs';

/** Sizes of the study's network. */
export const SEED_SHAPE = { lags: 3, variables: 2, units: 64 } as const;

/**
 * The study's network, LSTM(64) and Dense(2), with 17 282 weights: inputs rows × 3 lags × 2 variables, outputs
 * rows × 2. Activations are Keras's, where TensorFlow.js's defaults differ (its recurrent one is hardSigmoid).
 *
 * All weights are zeros: they come from a file or from `initialWeights`. Initialisers named here would run each time
 * a model is loaded, and the orthogonal one takes 0.1 to 2 s.
 */
export function seedNetwork(tf: typeof TensorFlow): TensorFlow.LayersModel {
  const { lags, variables, units } = SEED_SHAPE;
  const zeros = { kernelInitializer: 'zeros', biasInitializer: 'zeros' } as const;
  return tf.sequential({
    name: 'seed-lstm',
    layers: [
      tf.layers.lstm({
        name: 'lstm',
        units,
        inputShape: [lags, variables],
        activation: 'tanh',
        recurrentActivation: 'sigmoid',
        recurrentInitializer: 'zeros',
        unitForgetBias: false,
        ...zeros,
      }),
      tf.layers.dense({ name: 'dense', units: variables, ...zeros }),
    ],
  });
}
