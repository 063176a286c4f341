/** What is carried from step to step: running means of the gradient and of its square, and the steps made. */
export interface AdamWState {
  readonly mean: Float32Array;
  readonly square: Float32Array;
  readonly steps: number;
}

export interface AdamWOptions {
  /** Taken off each parameter at each step, times the learning rate. */
  readonly weightDecay: number;
  /** The gradient's Euclidean length is cut to this. */
  readonly gradientNorm: number;
}

/** Kingma and Ba's (2015) own constants. */
const DECAY_OF_MEAN = 0.9;
const DECAY_OF_SQUARE = 0.999;
const EPSILON = 1e-8;

/** Adam with decoupled weight decay (Loshchilov and Hutter, 2019) over one array of parameters. */
export class AdamW implements AdamWState {
  readonly #options: AdamWOptions;
  readonly mean: Float32Array;
  readonly square: Float32Array;
  steps: number;

  /** Begins from a copy of `state`. */
  constructor(options: AdamWOptions, state: AdamWState) {
    this.#options = options;
    this.mean = state.mean.slice();
    this.square = state.square.slice();
    this.steps = state.steps;
  }

  /** Changes the parameters in place. */
  step(parameters: Float32Array, gradient: Float32Array, learningRate: number): void {
    this.steps++;
    const { weightDecay, gradientNorm } = this.#options;
    const cut = Math.min(1, gradientNorm / length(gradient));
    const meanShare = 1 - DECAY_OF_MEAN ** this.steps;
    const squareShare = 1 - DECAY_OF_SQUARE ** this.steps;
    for (let i = 0; i < parameters.length; i++) {
      const slope = cut * (gradient[i] ?? 0);
      const mean = DECAY_OF_MEAN * (this.mean[i] ?? 0) + (1 - DECAY_OF_MEAN) * slope;
      const square = DECAY_OF_SQUARE * (this.square[i] ?? 0) + (1 - DECAY_OF_SQUARE) * slope * slope;
      this.mean[i] = mean;
      this.square[i] = square;
      const value = parameters[i] ?? 0;
      const change = mean / meanShare / (Math.sqrt(square / squareShare) + EPSILON) + weightDecay * value;
      parameters[i] = value - learningRate * change;
    }
  }
}

/** At least the smallest number above 0, so that it can be divided by. */
function length(gradient: Float32Array): number {
  return Math.max(Math.sqrt(gradient.reduce((sum, slope) => sum + slope * slope, 0)), Number.MIN_VALUE);
}

/** Falls along a half cosine from 1 at the first of `steps` to `floor` after the last. */
export function cosineDecay(step: number, steps: number, floor: number): number {
  return floor + (1 - floor) * 0.5 * (1 + Math.cos((Math.PI * Math.min(step, steps)) / steps));
}
