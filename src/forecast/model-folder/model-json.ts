import * as z from 'zod';

const weightSchema = z.object({
  name: z.string().min(1),
  shape: z.array(z.number().int().nonnegative()),
  // Weights are never quantised here, so each number is 4 bytes.
  dtype: z.literal('float32'),
});

/** model.json as TensorFlow.js writes it for a layers model: the network, and what lies where in weights.bin. */
export const modelJsonSchema = z.looseObject({
  modelTopology: z.record(z.string(), z.unknown()),
  weightsManifest: z.tuple([
    z.object({ paths: z.tuple([z.literal('weights.bin')]), weights: z.array(weightSchema).min(1) }),
  ]),
  /** What the model means; `model` names the kind of model, and `weightsSha256` ties weights.bin to this file. */
  userDefinedMetadata: z.looseObject({
    model: z.string().min(1),
    weightsSha256: z.string().regex(/^[0-9a-f]{64}$/),
  }),
});

export type ModelJson = z.infer<typeof modelJsonSchema>;
export type StoredWeight = z.infer<typeof weightSchema>;

/** Bytes that weights.bin must have. */
export function weightBytes(model: ModelJson): number {
  const numbers = ({ shape }: StoredWeight): number => shape.reduce((product, size) => product * size, 1);
  return model.weightsManifest[0].weights.reduce((sum, weight) => sum + 4 * numbers(weight), 0);
}
