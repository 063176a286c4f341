import { setImmediate } from 'node:timers/promises';
import type { FunctionHistory } from '#core/replay/history.ts';
import { type Examples, makeExamples } from './examples.ts';
import type { HistoryPart, TrainingHistories } from './training-histories.ts';
import { SEQUENCE_STEPS, type TrainingRecipe } from './training-recipe.ts';

/** Sequences to learn from and to validate on, the generated apart from the recorded. */
export interface TrainingData {
  readonly train: ExamplePart;
  readonly validation: ExamplePart;
}

export interface ExamplePart {
  readonly generated: Examples;
  readonly recorded: Examples;
}

/** Each part in one. */
export interface JoinedData {
  readonly train: Examples;
  readonly validation: Examples;
}

export interface ExampleWork {
  /** Throws its reason between two histories. */
  readonly signal?: AbortSignal | undefined;
  /** Share of the histories that are done. */
  readonly onProgress?: ((share: number) => void) | undefined;
}

/** All sequences of the histories, with the recipe's inputs. Throws the signal's reason. */
export async function trainingData(
  { features, stride }: TrainingRecipe,
  { train, validation }: TrainingHistories,
  { signal, onProgress }: ExampleWork = {},
): Promise<TrainingData> {
  const total = [train, validation].reduce(
    (sum, { generated, recorded }) => sum + generated.length + recorded.length,
    0,
  );
  let done = 0;
  const examplesOf = async (histories: readonly FunctionHistory[], step: number): Promise<Examples> => {
    const parts: Examples[] = [];
    for (const history of histories) {
      await setImmediate();
      signal?.throwIfAborted();
      parts.push(makeExamples([history], { names: features, steps: SEQUENCE_STEPS, stride: step }));
      onProgress?.(++done / total);
    }
    return joinExamples(parts);
  };
  const partOf = async ({ generated, recorded }: HistoryPart): Promise<ExamplePart> => ({
    generated: await examplesOf(generated, stride.generated),
    recorded: await examplesOf(recorded, stride.recorded),
  });
  return { train: await partOf(train), validation: await partOf(validation) };
}

export function joinParts({ train, validation }: TrainingData): JoinedData {
  return {
    train: joinExamples([train.generated, train.recorded]),
    validation: joinExamples([validation.generated, validation.recorded]),
  };
}

/** Sequences of the same length and inputs, one after the other. */
export function joinExamples(parts: readonly Examples[]): Examples {
  const joined = (field: 'inputs' | 'targets' | 'mask'): Float32Array => {
    const array = new Float32Array(parts.reduce((sum, part) => sum + part[field].length, 0));
    let at = 0;
    for (const part of parts) {
      array.set(part[field], at);
      at += part[field].length;
    }
    return array;
  };
  return {
    count: parts.reduce((sum, { count }) => sum + count, 0),
    steps: SEQUENCE_STEPS,
    inputs: joined('inputs'),
    targets: joined('targets'),
    mask: joined('mask'),
  };
}

/** The same sequences with some of their inputs, by name, in the order of `wanted`. */
export function withInputs(
  examples: Examples,
  names: readonly string[],
  wanted: readonly string[],
): Examples {
  const columns = wanted.map((name) => names.indexOf(name));
  const rows = examples.count * examples.steps;
  const inputs = new Float32Array(rows * columns.length);
  for (let row = 0, to = 0; row < rows; row++) {
    for (const column of columns) inputs[to++] = examples.inputs[row * names.length + column] ?? 0;
  }
  return { ...examples, inputs };
}
