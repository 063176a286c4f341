import { setImmediate } from 'node:timers/promises';
import { ForesizeError } from '#core/errors/error.ts';
import type { FunctionHistory } from '#core/replay/history.ts';
import { rateView } from '../recordings/rate-view.ts';
import { type Generated, generateHistory } from '../generate/generate-history.ts';
import type { GeneratedSeeds, TrainingRecipe } from './training-recipe.ts';

/** Histories to learn from or to validate on. */
export interface HistoryPart {
  readonly generated: readonly FunctionHistory[];
  readonly recorded: readonly FunctionHistory[];
}

export interface TrainingHistories {
  readonly train: HistoryPart;
  readonly validation: HistoryPart;
}

/** Fewer samples than these hold hardly a sequence. */
const FEWEST_SAMPLES = 300;
/** A history that varies by less, over its mean, is constant but for rounding. */
const LEAST_VARIATION = 1e-3;
/**
 * Increments between samples further apart than this are spread over a finished history's steps once the later sample
 * is known: it shows them earlier than a live one would.
 */
const LONGEST_PERIOD_MS = 20_000;

/**
 * What a recipe learns from and validates on: generated histories, and recorded functions, every `validationEvery`-th
 * of them to validate. Constant and short ones teach nothing and are left out. Throws `data-too-short`
 * where nothing is left of a part, and the signal's reason.
 */
export async function trainingHistories(
  recipe: TrainingRecipe,
  recorded: readonly FunctionHistory[],
  signal?: AbortSignal,
): Promise<TrainingHistories> {
  const { train, validation, hours } = recipe.generated;
  const validates = (i: number): boolean => i % recipe.validationEvery === recipe.validationEvery - 1;
  const parts = {
    train: {
      generated: await generatedHistories(train, hours, signal),
      recorded: bothViews(recorded.filter((_, i) => !validates(i))),
    },
    validation: {
      generated: await generatedHistories(validation, hours, signal),
      recorded: bothViews(recorded.filter((_, i) => validates(i))),
    },
  };
  for (const [name, { generated, recorded: real }] of Object.entries(parts)) {
    if (generated.length + real.length > 0) continue;
    throw new ForesizeError('data-too-short', `no history of use that varies is left for ${name}`);
  }
  return parts;
}

/** Recorded functions as the suite samples them and as the study's dashboard showed them. */
function bothViews(recorded: readonly FunctionHistory[]): readonly FunctionHistory[] {
  return [...recorded, ...recorded.map(rateView)].filter(varies);
}

/** Generated histories that teach something. Throws the signal's reason between two. */
export async function generatedHistories(
  { first, count }: GeneratedSeeds,
  hours: number,
  signal?: AbortSignal,
): Promise<readonly FunctionHistory[]> {
  const histories: FunctionHistory[] = [];
  for (let seed = first; seed < first + count; seed++) {
    await setImmediate();
    signal?.throwIfAborted();
    const generated = generateHistory(seed, { hours });
    if (showsWhatIsKnown(generated) && varies(generated.history)) histories.push(generated.history);
  }
  return histories;
}

function showsWhatIsKnown({ facts }: Generated): boolean {
  return facts.rateWindowMs !== null || facts.samplePeriodMs <= LONGEST_PERIOD_MS;
}

function varies({ cpuCores }: FunctionHistory): boolean {
  const known = cpuCores.filter((value) => !Number.isNaN(value));
  const mean = known.reduce((sum, value) => sum + value, 0) / known.length;
  const variance = known.reduce((sum, value) => sum + (value - mean) ** 2, 0) / known.length;
  return known.length >= FEWEST_SAMPLES && Math.sqrt(variance) > LEAST_VARIATION * mean;
}
