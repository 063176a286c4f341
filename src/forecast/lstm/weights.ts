import { type LstmShape, outputColumns } from './shape.ts';

/** The network's arrays, row-major. Gates stand in the order input, forget, cell, output, as in Keras. */
export interface LstmWeights {
  /** features × 4 units. */
  readonly kernel: Float32Array;
  /** units × 4 units. */
  readonly recurrentKernel: Float32Array;
  /** 4 units. */
  readonly bias: Float32Array;
  /** units × outputs. */
  readonly outputKernel: Float32Array;
  /** outputs. */
  readonly outputBias: Float32Array;
  /** features × outputs: the linear path around the LSTM. */
  readonly skipKernel: Float32Array;
}

/** One array: its field here, its name in TensorFlow.js, and its dimensions. */
export interface WeightSpec {
  readonly field: keyof LstmWeights;
  readonly name: string;
  readonly shape: readonly number[];
}

/** The arrays of a network of this shape, in the order of weights.bin. */
export function weightSpecs(shape: LstmShape): readonly WeightSpec[] {
  const [features, gates, outputs] = [shape.features.length, 4 * shape.units, outputColumns(shape)];
  return [
    { field: 'kernel', name: 'lstm/kernel', shape: [features, gates] },
    { field: 'recurrentKernel', name: 'lstm/recurrent_kernel', shape: [shape.units, gates] },
    { field: 'bias', name: 'lstm/bias', shape: [gates] },
    { field: 'outputKernel', name: 'output/kernel', shape: [shape.units, outputs] },
    { field: 'outputBias', name: 'output/bias', shape: [outputs] },
    { field: 'skipKernel', name: 'skip/kernel', shape: [features, outputs] },
  ];
}

/** Numbers in an array of these dimensions. */
export function sizeOf(dimensions: readonly number[]): number {
  return dimensions.reduce((product, dimension) => product * dimension, 1);
}

/** Weights made array by array, in the order of `weightSpecs`. */
export function weightsFrom(shape: LstmShape, array: (spec: WeightSpec) => Float32Array): LstmWeights {
  const made = new Map(weightSpecs(shape).map((spec) => [spec.field, array(spec)]));
  const field = (name: keyof LstmWeights): Float32Array => made.get(name) ?? new Float32Array(0);
  return {
    kernel: field('kernel'),
    recurrentKernel: field('recurrentKernel'),
    bias: field('bias'),
    outputKernel: field('outputKernel'),
    outputBias: field('outputBias'),
    skipKernel: field('skipKernel'),
  };
}
