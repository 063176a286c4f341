import type { DataSet } from '#core/replay/history.ts';
import type { Backend, BackendName } from '#forecast/backend.ts';
import { generatorVersion } from '../generate/generator-version.ts';
import { JUDGED } from '../evaluation/evaluate-data-set.ts';
import type { EvaluationReport } from '../evaluation/report.ts';
import { cardFiles } from './card-files.ts';
import type { Card } from './card-schema.ts';
import { makeCard } from './card.ts';
import { judgeModel, type JudgeSet, judgeSets } from './judge-model.ts';
import { lstmFiles } from './model-files.ts';
import type { EpochReport } from './train.ts';
import { trainingBackend } from './training-backend.ts';
import { type JoinedData, joinParts, trainingData } from './training-data.ts';
import { trainingHistories } from './training-histories.ts';
import type { TrainingRecipe } from './training-recipe.ts';
import { medianTraining, type SeedTraining, trainSeed } from './train-recipe.ts';

/** How far it is: first sequences are made, then each seed is trained and judged. */
export interface TrainLstmProgress {
  readonly onStage?: (what: string, share: number) => void;
  readonly onEpoch?: (seed: number, report: EpochReport) => void;
}

export interface TrainLstmOptions extends TrainLstmProgress {
  readonly recipe: TrainingRecipe;
  /** Recordings to learn from beside generated histories. */
  readonly recorded: DataSet | null;
  readonly seeds: readonly number[];
  /** Generated histories it is judged on. @default 40 */
  readonly judged?: number;
  /** @default the first that works of native, WebAssembly and plain JavaScript */
  readonly backend?: BackendName;
  readonly checkpointDirectory?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  /** ISO 8601 in UTC. */
  readonly date: string;
  readonly versions: Readonly<Record<string, string>>;
  /** How to make it again. */
  readonly commands: readonly string[];
}

export interface TrainedLstmFolder {
  readonly card: Card;
  /** model.json, weights.bin, card.json and MODEL_CARD.md. */
  readonly files: Readonly<Record<string, string | Uint8Array>>;
}

/**
 * Trains our network by a recipe, once for each seed; that with the median validation loss is the model. Deterministic
 * but for the date and the times taken. Throws `data-too-short`, `training-failed`, `checkpoint-invalid`, and the
 * signal's reason.
 */
export async function trainLstmFolder(options: TrainLstmOptions): Promise<TrainedLstmFolder> {
  const { recipe, recorded, signal, onStage } = options;
  const backend = await trainingBackend(options.backend);
  const versions = {
    ...options.versions,
    'TensorFlow.js': backend.tf.version.tfjs,
    generator: generatorVersion(),
  };
  const histories = await trainingHistories(recipe, recorded?.histories ?? [], signal);
  const data = joinParts(
    await trainingData(recipe, histories, {
      signal,
      onProgress: (share) => onStage?.('making sequences', share),
    }),
  );
  const trainings = await trainAll(backend, data, versions, options);
  const chosen = medianTraining(trainings);
  const sets = await judgeSets(histories.validation.recorded, options.judged, signal);
  const reports = await judgeAll(trainings, chosen, sets, options);
  const { commands, date } = options;
  const card = makeCard({
    ...{ recipe, recorded, histories, data, trainings, chosen, sets, reports },
    ...{ date, versions, commands, backend: backend.why },
  });
  return { card, files: { ...(await lstmFiles(backend.tf, chosen.model)), ...cardFiles(card) } };
}

async function trainAll(
  { tf }: Pick<Backend, 'tf'>,
  data: JoinedData,
  versions: Readonly<Record<string, string>>,
  { recipe, seeds, date, checkpointDirectory, signal, onEpoch }: TrainLstmOptions,
): Promise<readonly SeedTraining[]> {
  const { generated, validationEvery, stride } = recipe;
  const origin = { date, generator: versions.generator ?? '', versions, generated, validationEvery, stride };
  const trainings: SeedTraining[] = [];
  for (const seed of seeds) {
    const running = { origin, checkpointDirectory, signal, onEpoch };
    trainings.push(await trainSeed(tf, recipe, data, seed, running));
  }
  return trainings;
}

/** All forecasters beside the chosen model; of the other seeds the network alone, for the spread. */
async function judgeAll(
  trainings: readonly SeedTraining[],
  chosen: SeedTraining,
  sets: readonly JudgeSet[],
  { signal, onStage }: TrainLstmOptions,
): Promise<ReadonlyMap<number, readonly EvaluationReport[]>> {
  const reports = new Map<number, readonly EvaluationReport[]>();
  for (const training of trainings) {
    const names = training === chosen ? JUDGED : ['lstm'];
    const onProgress = (share: number): void => onStage?.(`judging seed ${training.seed}`, share);
    reports.set(training.seed, await judgeModel(training.model, sets, { names, signal, onProgress }));
  }
  return reports;
}
