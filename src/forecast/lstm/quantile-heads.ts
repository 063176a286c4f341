import type { LstmShape } from './shape.ts';

/** Where the softplus of an increment begins, and how much it counts: increments start small, at about 0.06. */
export const INCREMENT_SHIFT = 1.5;
export const INCREMENT_SCALE = 0.3;

/**
 * Turns the network's raw outputs into quantiles, in place: the median is its raw output plus the head's offset
 * among the inputs; each further level lies above the one before by 0.3 softplus(raw − 1.5), so that quantiles never
 * cross. `outputs` is n × outputs and `inputs` n × features, both row-major.
 */
export function toQuantiles(shape: LstmShape, inputs: Float32Array, n: number, outputs: Float32Array): void {
  const features = shape.features.length;
  const levels = shape.levels.length;
  for (const [head, { medianOffset }] of shape.heads.entries()) {
    const column = medianOffset === null ? -1 : shape.features.indexOf(medianOffset);
    for (let row = 0; row < n; row++) {
      const first = (row * shape.heads.length + head) * levels;
      const offset = column < 0 ? 0 : (inputs[row * features + column] ?? 0);
      cumulate(outputs, first, levels, offset);
    }
  }
}

function cumulate(outputs: Float32Array, first: number, levels: number, offset: number): void {
  let quantile = (outputs[first] ?? 0) + offset;
  outputs[first] = quantile;
  for (let column = first + 1; column < first + levels; column++) {
    quantile += INCREMENT_SCALE * softplus((outputs[column] ?? 0) - INCREMENT_SHIFT);
    outputs[column] = quantile;
  }
}

/** ln(1 + eˣ), without overflow. */
function softplus(x: number): number {
  return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
}
