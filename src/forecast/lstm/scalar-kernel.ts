import { gateWeight, headWeight, type KernelSize } from './kernel-weights.ts';
import { type LstmShape, outputColumns } from './shape.ts';
import type { LstmWeights } from './weights.ts';

/** The network's forward pass in plain JavaScript. */
export class ScalarKernel {
  readonly #size: KernelSize;
  readonly #gates: Float64Array;
  readonly #heads: Float64Array;
  /** The inputs of one step, and the LSTM's output of the step before. */
  readonly #state: Float64Array;
  readonly #cell: Float64Array;
  /** The gates of all units, or the outputs, of one step. */
  readonly #sums: Float64Array;

  constructor(shape: LstmShape, weights: LstmWeights) {
    const size = { features: shape.features.length, units: shape.units, outputs: outputColumns(shape) };
    const inputs = size.features + size.units;
    const headRows = Math.ceil(size.outputs / 4);
    this.#size = size;
    // Sum 4u + g is gate g of unit u.
    this.#gates = pack(size.units, inputs, (sum, input) =>
      gateWeight(weights, size, sum % 4, sum >> 2, input),
    );
    this.#heads = pack(headRows, inputs, (sum, input) => headWeight(weights, size, sum, input));
    this.#state = new Float64Array(inputs);
    this.#cell = new Float64Array(size.units);
    this.#sums = new Float64Array(4 * Math.max(size.units, headRows));
  }

  /** `inputs` is n × features, row-major; fills `outputs`, n × outputs, with the raw outputs of every step. */
  run(inputs: Float32Array, n: number, outputs: Float32Array): void {
    const { features, outputs: width } = this.#size;
    this.#state.fill(0);
    this.#cell.fill(0);
    for (let step = 0; step < n; step++) {
      for (let k = 0; k < features; k++) this.#state[k] = inputs[step * features + k] ?? 0;
      multiply(this.#gates, this.#state, this.#sums);
      advance(this.#sums, this.#cell, this.#state, features);
      multiply(this.#heads, this.#state, this.#sums);
      for (let j = 0; j < width; j++) outputs[step * width + j] = this.#sums[j] ?? 0;
    }
  }
}

/**
 * Rows of four sums each: their biases, then for every input its four weights. So an input is read once for four
 * products, and the weights are read in the order they lie in.
 */
function pack(rows: number, inputs: number, weight: (sum: number, input: number) => number): Float64Array {
  const packed = new Float64Array(rows * 4 * (inputs + 1));
  let at = 0;
  for (let row = 0; row < rows; row++) {
    for (let input = -1; input < inputs; input++) {
      for (let j = 0; j < 4; j++) packed[at++] = weight(4 * row + j, input);
    }
  }
  return packed;
}

function multiply(packed: Float64Array, state: Float64Array, sums: Float64Array): void {
  const inputs = state.length;
  let at = 0;
  for (let sum = 0; at < packed.length; sum += 4) {
    let a = packed[at] ?? 0;
    let b = packed[at + 1] ?? 0;
    let c = packed[at + 2] ?? 0;
    let d = packed[at + 3] ?? 0;
    at += 4;
    for (let k = 0; k < inputs; k++, at += 4) {
      const x = state[k] ?? 0;
      a += x * (packed[at] ?? 0);
      b += x * (packed[at + 1] ?? 0);
      c += x * (packed[at + 2] ?? 0);
      d += x * (packed[at + 3] ?? 0);
    }
    sums[sum] = a;
    sums[sum + 1] = b;
    sums[sum + 2] = c;
    sums[sum + 3] = d;
  }
}

/** One step of the cell (Hochreiter and Schmidhuber, 1997; forget gate by Gers, 1999). */
function advance(sums: Float64Array, cell: Float64Array, state: Float64Array, features: number): void {
  for (let unit = 0, at = 0; unit < cell.length; unit++, at += 4) {
    const kept = sigmoid(sums[at + 1] ?? 0) * (cell[unit] ?? 0);
    const c = kept + sigmoid(sums[at] ?? 0) * tanh(sums[at + 2] ?? 0);
    cell[unit] = c;
    state[features + unit] = sigmoid(sums[at + 3] ?? 0) * tanh(c);
  }
}

function sigmoid(x: number): number {
  return 1 / (1 + Math.exp(-x));
}

/** A third of Math.tanh's time, and within 1e-15 of it. */
function tanh(x: number): number {
  return 2 / (1 + Math.exp(-2 * x)) - 1;
}
