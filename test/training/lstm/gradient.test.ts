import * as tf from '@tensorflow/tfjs';
import { expect } from 'chai';
import { loadBackend } from '#forecast/backend.ts';
import { LossGradient } from '../../../training/lstm/gradient.ts';
import { buildNetwork, setWeights } from '../../../training/lstm/network.ts';
import { flatten } from '../../../training/lstm/parameters.ts';
import { batchOf } from '../../../training/lstm/windows.ts';
import { randomWeights, shapeOf } from '../../forecast/lstm/networks.ts';
import { learnable } from './windows.ts';

const shape = shapeOf(5, 7);
const weights = randomWeights(shape, 3, 0.8);
const windows = learnable(shape, 4, 12, 5);
const headWeights = [1, 2, 0.5];

/** The loss as its formula says, from the layers of TensorFlow.js. */
function layersLoss(model: tf.LayersModel): tf.Scalar {
  const inputs = tf.tensor3d(windows.inputs, [4, 12, 5]);
  const raw = tf.reshape(model.apply(inputs, { training: true }) as tf.Tensor, [48, 3, 4]);
  const offset = tf.stack(
    shape.heads.map(({ medianOffset }) => {
      const column = medianOffset === null ? -1 : shape.features.indexOf(medianOffset);
      return column < 0 ? tf.zeros([48]) : tf.reshape(tf.slice(inputs, [0, 0, column], [4, 12, 1]), [48]);
    }),
    1,
  );
  const median = tf.add(tf.slice(raw, [0, 0, 0], [48, 3, 1]), tf.expandDims(offset, 2));
  const increments = tf.mul(tf.softplus(tf.sub(tf.slice(raw, [0, 0, 1], [48, 3, 3]), 1.5)), 0.3);
  const forecast = tf.concat([median, tf.add(median, tf.cumsum(increments, 2))], 2);
  const error = tf.sub(tf.tensor3d(windows.targets, [48, 3, 1]), forecast);
  const levels = tf.tensor1d([...shape.levels]);
  const pinball = tf.add(tf.mul(levels, tf.relu(error)), tf.mul(tf.sub(1, levels), tf.relu(tf.neg(error))));
  const scaled = tf.div(tf.mul(pinball, 0.5), tf.sqrt(tf.mul(levels, tf.sub(1, levels))));
  const counts = tf.mul(
    tf.tensor3d(Float32Array.from(windows.mask), [48, 3, 1]),
    tf.tensor3d(headWeights, [1, 3, 1]),
  );
  return tf.div(tf.sum(tf.mul(scaled, counts)), tf.mul(tf.sum(counts), 4));
}

describe('the gradient of the loss', () => {
  for (const backend of ['cpu', 'wasm'] as const) {
    it(`agrees with TensorFlow.js's own through its layers within 1e-5 on ${backend}`, async () => {
      await loadBackend(backend);
      const model = buildNetwork(tf, shape, 1);
      setWeights(tf, model, shape, weights);
      const loss = new LossGradient(tf, shape, headWeights);
      const parameters = flatten(shape, weights);
      const gradient = new Float32Array(parameters.length);
      const value = tf.tidy(() =>
        loss.gradient(parameters, batchOf(tf, windows, shape, [0, 1, 2, 3]), gradient),
      );
      const expected = tf.variableGrads(() => layersLoss(model));
      expect(value).to.be.closeTo(expected.value.dataSync()[0] ?? NaN, 1e-5);
      const oracle = model.trainableWeights.flatMap(({ name }) => {
        const found = Object.entries(expected.grads).find(([key]) => key === name);
        return [...(found?.[1].dataSync() ?? [])];
      });
      expect(oracle).to.have.length(gradient.length);
      for (const [i, slope] of oracle.entries()) expect(gradient[i]).to.be.closeTo(slope, 1e-5);
      tf.dispose([expected.value, expected.grads]);
      loss.dispose();
      model.dispose();
    });
  }
});
