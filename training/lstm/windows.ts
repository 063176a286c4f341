import type * as TensorFlow from '@tensorflow/tfjs';
import type { LstmShape } from '#forecast/lstm/shape.ts';
import type { Batch } from './loss.ts';

/** Sequences to train or validate on; all arrays row-major. */
export interface Windows {
  readonly count: number;
  readonly steps: number;
  /** count × steps × features. */
  readonly inputs: Float32Array;
  /** count × steps × heads. */
  readonly targets: Float32Array;
  /** count × steps × heads: how much the target counts; 0 in a gap, where censored, unknown, or still burning in. */
  readonly mask: Uint8Array | Float32Array;
}

/** Throws a RangeError where the arrays have not the sizes that the shape says, or a number that counts is not one. */
export function checkWindows(windows: Windows, shape: LstmShape, what: string): void {
  const rows = windows.count * windows.steps;
  const sizes = [
    ['inputs', windows.inputs, rows * shape.features.length],
    ['targets', windows.targets, rows * shape.heads.length],
    ['mask', windows.mask, rows * shape.heads.length],
  ] as const;
  if (rows === 0) throw new RangeError(`the ${what} windows are empty`);
  for (const [field, array, size] of sizes) {
    if (array.length !== size)
      throw new RangeError(`the ${what} windows have ${array.length} ${field} where ${size} belong`);
  }
  const broken = windows.inputs.findIndex((value) => !Number.isFinite(value));
  if (broken >= 0) {
    const name = shape.features[broken % shape.features.length] ?? '';
    const row = Math.floor(broken / shape.features.length);
    throw new RangeError(`row ${row} of the ${what} windows has no number for ${name}`);
  }
  const target = windows.targets.findIndex((value, i) => windows.mask[i] !== 0 && !Number.isFinite(value));
  if (target >= 0) throw new RangeError(`target ${target} of the ${what} windows counts but is no number`);
}

/** The named sequences as tensors; targets that don't count are 0. */
export function batchOf(
  tf: typeof TensorFlow,
  windows: Windows,
  shape: LstmShape,
  sequences: Iterable<number>,
): Batch {
  const { steps } = windows;
  const order = [...sequences];
  const [features, heads, rows] = [shape.features.length, shape.heads.length, order.length * steps];
  const inputs = new Float32Array(rows * features);
  const targets = new Float32Array(rows * heads);
  const mask = new Float32Array(rows * heads);
  for (const [place, sequence] of order.entries()) {
    const from = sequence * steps;
    inputs.set(windows.inputs.subarray(from * features, (from + steps) * features), place * steps * features);
    targets.set(windows.targets.subarray(from * heads, (from + steps) * heads), place * steps * heads);
    mask.set(windows.mask.subarray(from * heads, (from + steps) * heads), place * steps * heads);
  }
  for (let i = 0; i < targets.length; i++) if (mask[i] === 0) targets[i] = 0;
  return {
    size: order.length,
    steps,
    inputs: tf.tensor2d(inputs, [rows, features]),
    targets: tf.tensor2d(targets, [rows, heads]),
    mask: tf.tensor2d(mask, [rows, heads]),
  };
}
