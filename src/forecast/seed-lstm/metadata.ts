import * as z from 'zod';

const scaler = z.object({ mean: z.number(), deviation: z.number().positive() });

/** What model.json says about a network of the study. */
export const seedMetadataSchema = z.looseObject({
  model: z.literal('seed-lstm'),
  format: z.literal(1),
  scalers: z.object({ memory: scaler, cpu: scaler }),
  training: z.looseObject({
    seed: z.number().int(),
    epochs: z.number().int().positive(),
    date: z.iso.datetime(),
  }),
});

export type SeedMetadata = z.infer<typeof seedMetadataSchema>;
