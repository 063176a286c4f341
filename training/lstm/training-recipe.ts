/** Seeds of generated histories: `count` of them from `first` on. */
export interface GeneratedSeeds {
  readonly first: number;
  readonly count: number;
}

/** Everything that decides what a network is trained on and how, beside the seed and the recordings. */
export interface TrainingRecipe {
  readonly units: number;
  /** Names of the inputs. */
  readonly features: readonly string[];
  readonly generated: {
    readonly train: GeneratedSeeds;
    readonly validation: GeneratedSeeds;
    /** Length of each history. */
    readonly hours: number;
  };
  /** Of the recorded functions every so manieth validates, the others are learned from. */
  readonly validationEvery: number;
  /** Steps from the start of one sequence to the next. */
  readonly stride: { readonly generated: number; readonly recorded: number };
  /** At most. */
  readonly epochs: number;
  /** Epochs without a better validation loss after which training ends. */
  readonly patience: number;
  readonly batch: number;
  readonly learningRate: number;
}

/** Steps of a sequence: what predict-resources sees, an hour at 15 s. */
export const SEQUENCE_STEPS = 240;

/** The recipe with fewer epochs, or fewer generated histories to learn from. */
export function scaledRecipe(
  recipe: TrainingRecipe,
  {
    epochs = recipe.epochs,
    generated,
  }: { readonly epochs?: number | undefined; readonly generated?: number | undefined },
): TrainingRecipe {
  const { train, validation, hours } = recipe.generated;
  if (generated === undefined) return { ...recipe, epochs };
  // A small training is a trial: it needs no more to validate on than to learn from.
  const parts = {
    train: { ...train, count: generated },
    validation: { ...validation, count: Math.min(validation.count, generated) },
    hours,
  };
  return { ...recipe, epochs, generated: parts };
}
