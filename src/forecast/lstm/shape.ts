import * as z from 'zod';

/** Version of the form of a model: what is written in another is refused. */
export const MODEL_FORMAT = 1;

const name = z.string().min(1);

/** One quantity that the network forecasts, with all its quantiles. */
const headSchema = z.object({
  name,
  /** How many steps ahead it looks: the value of step 1, or the peak of this many steps. */
  steps: z.number().int().positive(),
  /** The input that the median is a residual on; null where it is the network's alone. */
  medianOffset: name.nullable(),
});

/** Where a model came from: what is needed to train it again. */
const trainingSchema = z.looseObject({
  seed: z.number().int().nonnegative(),
  /** ISO 8601 in UTC. */
  date: z.iso.datetime(),
  /** Version of the generator of the series it was trained on. */
  generator: name,
});

/**
 * What the network looks like and what its inputs and outputs mean, without its weights: model.json carries it as
 * `userDefinedMetadata`. Output column h × levels + l is level l of head h, in units of change over scale.
 */
export const lstmShapeSchema = z
  .object({
    format: z.literal(MODEL_FORMAT),
    /** Names of the inputs, in the order of the columns. */
    features: z.array(name).min(1).max(256),
    /** Units of the LSTM. */
    units: z.number().int().min(1).max(256),
    heads: z.array(headSchema).min(1).max(16),
    /** Levels of each head's quantiles, the median first, ascending. */
    levels: z.array(z.number().gt(0).lt(1)).min(1).max(16),
    training: trainingSchema,
  })
  .superRefine((shape, context) => {
    const refuse = (path: string, message: string): void => {
      context.addIssue({ code: 'custom', path: [path], message });
    };
    if (new Set(shape.features).size < shape.features.length) refuse('features', 'a name is there twice');
    if (shape.levels.some((level, i) => i > 0 && level <= (shape.levels[i - 1] ?? 0)))
      refuse('levels', 'the levels do not ascend');
    for (const { name: head, medianOffset } of shape.heads) {
      if (medianOffset !== null && !shape.features.includes(medianOffset))
        refuse('heads', `the median offset ${medianOffset} of ${head} is not among the features`);
    }
  });

export type LstmShape = z.infer<typeof lstmShapeSchema>;
export type LstmHead = LstmShape['heads'][number];
export type LstmTraining = LstmShape['training'];

/** Columns of the output: heads × levels. */
export function outputColumns(shape: LstmShape): number {
  return shape.heads.length * shape.levels.length;
}
