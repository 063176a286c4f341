import type { TrainingRecipe } from './training-recipe.ts';

/** A recipe with one thing changed. */
export interface Variant {
  readonly name: string;
  /** What is different; empty for the recipe itself. */
  readonly what: string;
  readonly recipe: TrainingRecipe;
  readonly learnsFromRecordings: boolean;
}

/** Inputs that belong together: what one could do without. */
const GROUPS: Readonly<Record<string, RegExp>> = {
  level: /^(level|sample|smoothed)$/,
  changes: /^change-/,
  'since the last change': /^since-change/,
  calls: /^(calls-|since-call)/,
  'expected path': /^path-/,
  nowcast: /^nowcast$/,
  rises: /-rise-/,
};

const OTHER_UNITS = [8, 32];

/** The recipe, the recipe without each group of its inputs, with fewer and more units, and without recordings. */
export function ablationVariants(recipe: TrainingRecipe, hasRecordings: boolean): readonly Variant[] {
  const variant = (name: string, what: string, change: Partial<TrainingRecipe>): Variant => ({
    ...{ name, what, learnsFromRecordings: true },
    recipe: { ...recipe, ...change },
  });
  const without = Object.entries(GROUPS).flatMap(([name, pattern]) => {
    const left = recipe.features.filter((feature) => !pattern.test(feature));
    const gone = recipe.features.filter((feature) => pattern.test(feature));
    if (gone.length === 0 || left.length === 0) return [];
    return [variant(`no ${name}`, `without ${gone.join(', ')}`, { features: left })];
  });
  const sized = OTHER_UNITS.filter((units) => units !== recipe.units).map((units) =>
    variant(`${units} units`, `instead of ${recipe.units}`, { units }),
  );
  const generatedOnly = {
    ...variant('no recordings', 'learned from generated histories alone', {}),
    learnsFromRecordings: false,
  };
  return [variant('recipe', '', {}), ...without, ...sized, ...(hasRecordings ? [generatedOnly] : [])];
}
