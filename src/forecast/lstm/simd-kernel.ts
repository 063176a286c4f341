import { gateWeight, headWeight, type KernelSize } from './kernel-weights.ts';
import { type LstmShape, outputColumns } from './shape.ts';
import { kernelModule, type Layout, layoutOf } from './simd-program.ts';
import type { LstmWeights } from './weights.ts';

const PAGE_BYTES = 65_536;

/** The network's forward pass in WebAssembly, four numbers at a time, from a module written for its size. */
export class SimdKernel {
  readonly #size: KernelSize;
  readonly #layout: Layout;
  readonly #memory: WebAssembly.Memory;
  readonly #run: (steps: number, inputs: number, outputs: number) => void;
  #floats: Float32Array;

  /** Throws what WebAssembly throws where it, or its SIMD, is missing. */
  constructor(shape: LstmShape, weights: LstmWeights) {
    this.#size = { features: shape.features.length, units: shape.units, outputs: outputColumns(shape) };
    this.#layout = layoutOf(this.#size);
    const { memory, run } = instantiate(kernelModule(this.#size));
    this.#memory = memory;
    this.#run = run;
    this.#floats = new Float32Array(memory.buffer);
    this.#floats.set(packWeights(this.#size, this.#layout, weights));
  }

  /** `inputs` is n × features, row-major; fills `outputs`, n × outputs, with the raw outputs of every step. */
  run(inputs: Float32Array, n: number, outputs: Float32Array): void {
    if (n === 0) return;
    const { features, outputs: width } = this.#size;
    const { state, end } = this.#layout;
    const from = end / 4;
    const to = from + n * features;
    // The last row is stored in whole vectors.
    this.#reserve(4 * (to + n * width + 4));
    this.#floats.fill(0, state / 4, from);
    this.#floats.set(inputs.subarray(0, n * features), from);
    this.#run(n, 4 * from, 4 * to);
    outputs.set(this.#floats.subarray(to, to + n * width));
  }

  #reserve(bytes: number): void {
    const missing = bytes - this.#memory.buffer.byteLength;
    if (missing <= 0) return;
    this.#memory.grow(Math.ceil(missing / PAGE_BYTES));
    this.#floats = new Float32Array(this.#memory.buffer);
  }
}

interface KernelExports {
  readonly memory: WebAssembly.Memory;
  readonly run: (steps: number, inputs: number, outputs: number) => void;
}

function instantiate(bytes: Uint8Array<ArrayBuffer>): KernelExports {
  const { memory, run } = new WebAssembly.Instance(new WebAssembly.Module(bytes)).exports;
  if (!(memory instanceof WebAssembly.Memory) || typeof run !== 'function') {
    throw new TypeError('the kernel of the LSTM exports no memory or no function');
  }
  return { memory, run: (steps, inputs, outputs) => void run(steps, inputs, outputs) };
}

/** The weights in the order in which the program reads them: see `sums` there. */
function packWeights(size: KernelSize, layout: Layout, weights: LstmWeights): Float32Array {
  const packed = new Float32Array(layout.state / 4);
  let at = 0;
  const block = (vectors: number, weight: (vector: number, lane: number, input: number) => number): void => {
    for (let input = -1; input < layout.inputs; input++) {
      for (let vector = 0; vector < vectors; vector++) {
        for (let lane = 0; lane < 4; lane++) packed[at++] = weight(vector, lane, input);
      }
    }
  };
  for (let first = 0; first < layout.units; first += 4) {
    block(4, (gate, lane, input) => gateWeight(weights, size, gate, first + lane, input));
  }
  let first = 0;
  for (const vectors of layout.headVectors) {
    const start = first;
    block(vectors, (vector, lane, input) => headWeight(weights, size, start + 4 * vector + lane, input));
    first += 4 * vectors;
  }
  return packed;
}
