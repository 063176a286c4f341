import { createRequire } from 'node:module';
import { expect } from 'chai';
import { type BackendName, loadBackend } from '#forecast/backend.ts';
import { LstmKernel } from '#forecast/lstm/kernel.ts';
import { ScalarKernel } from '#forecast/lstm/scalar-kernel.ts';
import { type LstmShape, outputColumns } from '#forecast/lstm/shape.ts';
import { SimdKernel } from '#forecast/lstm/simd-kernel.ts';
import type { LstmWeights } from '#forecast/lstm/weights.ts';
import { buildNetwork, setWeights } from '../../../training/lstm/network.ts';
import { randomInputs, randomWeights, shapeOf } from './networks.ts';

const require = createRequire(import.meta.url);

const PACKAGES: Readonly<Record<BackendName, string>> = {
  cpu: '@tensorflow/tfjs',
  wasm: '@tensorflow/tfjs-backend-wasm',
  native: '@tensorflow/tfjs-node',
};

function installed(packageName: string): boolean {
  try {
    require.resolve(packageName);
    return true;
  } catch {
    return false;
  }
}

async function oracle(
  backend: BackendName,
  shape: LstmShape,
  weights: LstmWeights,
  inputs: Float32Array,
): Promise<Float32Array> {
  const tf = await loadBackend(backend);
  const model = buildNetwork(tf, shape, 1);
  setWeights(tf, model, shape, weights);
  const outputs = tf.tidy(() => {
    const sequence = tf.tensor3d(inputs, [1, inputs.length / shape.features.length, shape.features.length]);
    const applied = model.predict(sequence);
    return Array.isArray(applied) ? new Float32Array(0) : Float32Array.from(applied.dataSync());
  });
  model.dispose();
  return outputs;
}

function run(kernel: Pick<LstmKernel, 'run'>, shape: LstmShape, inputs: Float32Array): Float32Array {
  const steps = inputs.length / shape.features.length;
  const outputs = new Float32Array(steps * outputColumns(shape));
  kernel.run(inputs, steps, outputs);
  return outputs;
}

function furthest(a: Float32Array, b: Float32Array): number {
  expect(a.length).to.equal(b.length);
  return a.reduce((most, value, i) => Math.max(most, Math.abs(value - (b[i] ?? NaN))), 0);
}

const KERNELS = [SimdKernel, ScalarKernel, LstmKernel] as const;

describe('the kernel of the LSTM', () => {
  for (const backend of ['cpu', 'wasm', 'native'] as const) {
    it(`agrees with TensorFlow.js on ${backend} within 1e-5 over 240 steps (needs ${PACKAGES[backend]})`, async function () {
      if (!installed(PACKAGES[backend])) this.skip();
      for (const [features, units] of [
        [28, 16],
        [5, 6],
        [2, 20],
      ] as const) {
        const shape = shapeOf(features, units);
        const weights = randomWeights(shape, units);
        const inputs = randomInputs(shape, 240, features);
        const expected = await oracle(backend, shape, weights, inputs);
        for (const Kernel of KERNELS) {
          expect(furthest(run(new Kernel(shape, weights), shape, inputs), expected)).to.be.below(1e-5);
        }
      }
    });
  }

  it('forgets one sequence before the next, and leaves what lies behind the rows alone', () => {
    const shape = shapeOf(4, 8);
    const weights = randomWeights(shape, 3);
    const inputs = randomInputs(shape, 10, 4);
    for (const Kernel of KERNELS) {
      const kernel = new Kernel(shape, weights);
      const [first, second] = [new Float32Array(11 * 12).fill(7), new Float32Array(11 * 12).fill(7)];
      kernel.run(inputs, 10, first);
      kernel.run(inputs, 10, second);
      expect(second).to.deep.equal(first);
      expect([...first.subarray(120)]).to.deep.equal(Array<number>(12).fill(7));
    }
  });

  it('computes sequences of any length, in any order: each row depends on those before it alone', () => {
    const shape = shapeOf(6, 7);
    const kernel = new LstmKernel(shape, randomWeights(shape, 3));
    const inputs = randomInputs(shape, 5000, 4);
    const whole = run(kernel, shape, inputs);
    for (const steps of [0, 1, 3, 4999]) {
      const part = run(kernel, shape, inputs.subarray(0, steps * 6));
      expect(furthest(part, whole.subarray(0, steps * 12))).to.equal(0);
    }
  });

  it('stays within 1e-5 of plain JavaScript where gates are saturated, with outputs that fill no vector', () => {
    const three = shapeOf(6, 9);
    const shape = { ...three, levels: three.levels.slice(0, 3), heads: [...three.heads, ...three.heads] };
    const weights = randomWeights(shape, 5, 60);
    const inputs = randomInputs(shape, 50, 6);
    const [simd, scalar] = [new SimdKernel(shape, weights), new ScalarKernel(shape, weights)].map((kernel) =>
      run(kernel, shape, inputs),
    );
    const most = scalar!.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);
    expect(furthest(simd!, scalar!) / most).to.be.below(1e-5);
  });
});
