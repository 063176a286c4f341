import { createRequire } from 'node:module';
import { expect } from 'chai';
import { type BackendName, chooseBackend, loadBackend } from '#forecast/backend.ts';

const require = createRequire(import.meta.url);

function installed(packageName: string): boolean {
  try {
    require.resolve(packageName);
    return true;
  } catch {
    return false;
  }
}

const PACKAGES: Readonly<Record<BackendName, string>> = {
  cpu: '@tensorflow/tfjs',
  wasm: '@tensorflow/tfjs-backend-wasm',
  native: '@tensorflow/tfjs-node',
};

describe('the TensorFlow.js backend', () => {
  for (const name of ['cpu', 'wasm', 'native'] as const) {
    it(`${name} computes the same small thing (needs ${PACKAGES[name]})`, async function () {
      if (!installed(PACKAGES[name])) this.skip();
      const tf = await loadBackend(name);
      const values = tf.tidy(() => tf.softmax(tf.tensor1d([1, 2, 3])).dataSync());
      const expected = [0.09003057, 0.24472847, 0.66524096];
      for (const [i, value] of expected.entries()) expect(values[i]).to.be.closeTo(value, 1e-6);
    });
  }

  it('is WebAssembly for inference', async () => {
    const { name, why, tf } = await chooseBackend('inference');
    expect(name).to.equal('wasm');
    expect(tf.getBackend()).to.equal('wasm');
    expect(why).to.equal('wasm is the first of wasm, native, cpu that works');
  });

  it('for training is native or says why not', async () => {
    const { name, why } = await chooseBackend('training');
    if (name !== 'native') expect(why).to.match(/native does not: .+/);
    expect(name).to.be.oneOf(['native', 'wasm']);
  });
});
