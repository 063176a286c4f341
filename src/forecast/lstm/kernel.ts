import { ScalarKernel } from './scalar-kernel.ts';
import type { LstmShape } from './shape.ts';
import { SimdKernel } from './simd-kernel.ts';
import type { LstmWeights } from './weights.ts';

/**
 * The network's forward pass over one sequence: WebAssembly where there is its SIMD (Node.js has it, unless started
 * with --jitless), else plain JavaScript. Every sequence begins at zero: nothing is kept from one call to the next.
 */
export class LstmKernel {
  readonly #kernel: SimdKernel | ScalarKernel;

  constructor(shape: LstmShape, weights: LstmWeights) {
    this.#kernel = simdKernel(shape, weights) ?? new ScalarKernel(shape, weights);
  }

  /** `inputs` is n × features, row-major; fills `outputs`, n × outputs, with the raw outputs of every step. */
  run(inputs: Float32Array, n: number, outputs: Float32Array): void {
    this.#kernel.run(inputs, n, outputs);
  }
}

function simdKernel(shape: LstmShape, weights: LstmWeights): SimdKernel | undefined {
  try {
    return new SimdKernel(shape, weights);
  } catch {
    return undefined;
  }
}
