import type { LstmShape } from '#forecast/lstm/shape.ts';
import type { Windows } from '../../../training/lstm/train.ts';
import { seededRandom } from '#core/seeded-random.ts';

/** Sequences in which the targets follow from the inputs: each head's is half its predecessor's first two inputs. */
export function learnable(shape: LstmShape, count: number, steps: number, seed: number): Windows {
  const random = seededRandom(seed);
  const [features, heads] = [shape.features.length, shape.heads.length];
  const inputs = Float32Array.from({ length: count * steps * features }, () => 2 * random() - 1);
  const targets = new Float32Array(count * steps * heads);
  for (let i = 0; i < targets.length; i++) {
    const row = Math.floor(i / heads);
    const before = row % steps === 0 ? row : row - 1;
    targets[i] = 0.5 * (inputs[row * features] ?? 0) - 0.5 * (inputs[before * features + 1] ?? 0);
  }
  const mask = Uint8Array.from({ length: targets.length }, () => Number(random() < 0.9));
  return { count, steps, inputs, targets, mask };
}
