import { createHash } from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type * as TensorFlow from '@tensorflow/tfjs';
import * as z from 'zod';
import type { DataSet } from '#core/replay/history.ts';
import { chooseBackend } from '#forecast/backend.ts';
import { LEVELS } from '#forecast/levels.ts';
import { writeWhole } from '../data/write-whole.ts';
import { medianOf } from '../evaluation/median.ts';
import type { EvaluationReport } from '../evaluation/report.ts';
import { generatorVersion } from '../generate/generator-version.ts';
import { ablationVariants, type Variant } from './ablation-variants.ts';
import { type Ablation, judgedFiguresSchema } from './card-schema.ts';
import { judgeModel, type JudgeSet, judgeSets, networkRow } from './judge-model.ts';
import type { EpochReport } from './train.ts';
import {
  joinExamples,
  joinParts,
  type JoinedData,
  type TrainingData,
  trainingData,
  withInputs,
} from './training-data.ts';
import { trainingHistories } from './training-histories.ts';
import type { TrainingRecipe } from './training-recipe.ts';
import { trainSeed } from './train-recipe.ts';

export interface AblationOptions {
  readonly recipe: TrainingRecipe;
  readonly recorded: DataSet | null;
  readonly seeds: readonly number[];
  /** Generated histories that variants are judged on. @default 40 */
  readonly judged?: number;
  /** Where what is done is kept: a folder a variant. The same ablation goes on from there. */
  readonly directory: string;
  readonly signal?: AbortSignal | undefined;
  /** ISO 8601 in UTC. */
  readonly date: string;
  /** `done` of `total` trainings are over. */
  readonly onProgress?: (what: string, done: number, total: number, epoch?: EpochReport) => void;
}

/** What one training of a variant came to. */
const resultSchema = z.object({
  key: z.string(),
  validationLoss: z.number(),
  judged: z.array(judgedFiguresSchema),
});
type Result = z.output<typeof resultSchema>;

/**
 * Trains the recipe and its variants, each with every seed, and judges the network alone on what none was trained on.
 * Throws as training does, and the signal's reason; what is done by then is kept.
 */
export async function ablate(options: AblationOptions): Promise<Ablation> {
  const { recipe, recorded, seeds, signal, date } = options;
  const { tf } = await chooseBackend('training');
  const histories = await trainingHistories(recipe, recorded?.histories ?? [], signal);
  const data = await trainingData(recipe, histories, { signal });
  const sets = await judgeSets(histories.validation.recorded, options.judged, signal);
  const variants = ablationVariants(recipe, data.train.recorded.count > 0);
  const runs = { tf, data, sets, options, total: variants.length * seeds.length };
  const done: Ablation['variants'] = [];
  for (const [i, variant] of variants.entries()) {
    const results: Result[] = [];
    for (const [j, seed] of seeds.entries()) {
      results.push(await resultOf(variant, seed, { ...runs, done: i * seeds.length + j }));
    }
    done.push(summaryOf(variant, results));
  }
  const { generated, epochs } = recipe;
  return { date, seeds: [...seeds], epochs, generated: generated.train.count, variants: done };
}

interface Runs {
  readonly tf: typeof TensorFlow;
  readonly data: TrainingData;
  readonly sets: readonly JudgeSet[];
  readonly options: AblationOptions;
  readonly done: number;
  readonly total: number;
}

async function resultOf(variant: Variant, seed: number, runs: Runs): Promise<Result> {
  const { options, done, total } = runs;
  const folder = join(options.directory, variant.name.replace(/\W+/g, '-'));
  const file = join(folder, `seed-${seed}.json`);
  const key = keyOf(variant, seed, runs);
  const kept = await readResult(file);
  options.onProgress?.(variant.name, done, total);
  if (kept?.key === key) return kept;
  const result = { key, ...(await trainAndJudge(variant, seed, join(folder, key), runs)) };
  await writeWhole(file, [`${JSON.stringify(result)}\n`]);
  return result;
}

async function trainAndJudge(
  variant: Variant,
  seed: number,
  checkpointDirectory: string,
  { tf, data, sets, options, done, total }: Runs,
): Promise<Omit<Result, 'key'>> {
  const { signal, date, onProgress } = options;
  await mkdir(checkpointDirectory, { recursive: true });
  const { model, validationLoss } = await trainSeed(
    tf,
    variant.recipe,
    dataOf(variant, data, options.recipe),
    seed,
    {
      ...{ origin: { date, generator: generatorVersion() }, checkpointDirectory, signal },
      onEpoch: (_, epoch) => onProgress?.(variant.name, done, total, epoch),
    },
  );
  const reports = await judgeModel(model, sets, { names: ['lstm'], signal });
  return { validationLoss, judged: reports.map((report, i) => figuresOf(sets[i]?.title ?? '', report)) };
}

function dataOf(
  { recipe, learnsFromRecordings }: Variant,
  data: TrainingData,
  whole: TrainingRecipe,
): JoinedData {
  const { train, validation } = joinParts(data);
  const learned = learnsFromRecordings ? train : joinExamples([data.train.generated]);
  return {
    train: withInputs(learned, whole.features, recipe.features),
    validation: withInputs(validation, whole.features, recipe.features),
  };
}

/** Of what a result depends on; the arrays themselves are in the checkpoint's own digest. */
function keyOf(
  { recipe, learnsFromRecordings }: Variant,
  seed: number,
  { data, sets, options }: Runs,
): string {
  const samples = options.recorded?.histories.map(({ name, cpuCores }) => [name, cpuCores.length]) ?? [];
  const counts = [
    data.train.generated.count,
    data.validation.generated.count,
    ...sets.map(({ title }) => title),
  ];
  const depends = [recipe, learnsFromRecordings, seed, generatorVersion(), samples, counts];
  return createHash('sha256').update(JSON.stringify(depends)).digest('hex').slice(0, 16);
}

async function readResult(file: string): Promise<Result | null> {
  const text = await readFile(file, 'utf8').catch(() => null);
  return text === null ? null : (resultSchema.safeParse(JSON.parse(text)).data ?? null);
}

function figuresOf(title: string, report: EvaluationReport): Result['judged'][number] {
  const nothing = LEVELS.map(() => null);
  const { nextMae = null, pinball = nothing, coverage = nothing } = networkRow(report) ?? {};
  return { title, nextMae, pinball, coverage };
}

function summaryOf(
  { name, what, recipe }: Variant,
  results: readonly Result[],
): Ablation['variants'][number] {
  const [first] = results;
  return {
    ...{ name, what, inputs: recipe.features.length, units: recipe.units },
    validationLoss: medianOf(results.map(({ validationLoss }) => validationLoss)) ?? NaN,
    judged: (first?.judged ?? []).map(({ title }, i) => {
      const over = (figure: (judged: Result['judged'][number]) => number | null | undefined): number | null =>
        medianOf(results.map(({ judged }) => (judged[i] === undefined ? null : (figure(judged[i]) ?? null))));
      return {
        title,
        nextMae: over(({ nextMae }) => nextMae),
        pinball: LEVELS.map((_, level) => over(({ pinball }) => pinball[level])),
        coverage: LEVELS.map((_, level) => over(({ coverage }) => coverage[level])),
      };
    }),
  };
}
