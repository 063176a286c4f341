import type { DataSet, FunctionHistory } from '#core/replay/history.ts';
import { LEVELS } from '#forecast/levels.ts';
import { medianOf } from '../evaluation/median.ts';
import type { EvaluationReport } from '../evaluation/report.ts';
import type { Card, CardEvaluation, SeedSpread } from './card-schema.ts';
import { type JudgeSet, networkRow } from './judge-model.ts';
import { weightCount } from './parameters.ts';
import type { SeedTraining } from './train-recipe.ts';
import type { JoinedData } from './training-data.ts';
import type { TrainingHistories } from './training-histories.ts';
import type { TrainingRecipe } from './training-recipe.ts';

/** All that a card tells of a training. */
export interface CardSource {
  readonly recipe: TrainingRecipe;
  readonly recorded: DataSet | null;
  readonly histories: TrainingHistories;
  readonly data: JoinedData;
  readonly trainings: readonly SeedTraining[];
  readonly chosen: SeedTraining;
  readonly sets: readonly JudgeSet[];
  /** By seed, each in the order of the sets. */
  readonly reports: ReadonlyMap<number, readonly EvaluationReport[]>;
  readonly date: string;
  readonly versions: Readonly<Record<string, string>>;
  readonly backend: string;
  readonly commands: readonly string[];
}

export function makeCard(source: CardSource): Card {
  const { recipe, trainings, chosen, sets, reports, date, versions, backend, commands } = source;
  const chosenReports = reports.get(chosen.seed) ?? [];
  return {
    model: 'lstm',
    format: 1,
    ...{ date, versions, backend },
    seed: chosen.seed,
    weights: weightCount(chosen.model.shape),
    recipe: { ...recipe, features: [...recipe.features] },
    data: dataOf(source),
    trainings: trainings.map(({ seed, history, bestEpoch, validationLoss, cpuSeconds }) => ({
      ...{ seed, epochs: history.length, bestEpoch, validationLoss },
      cpuSeconds: cpuSeconds === null ? null : Math.round(10 * cpuSeconds) / 10,
    })),
    evaluations: chosenReports.map((report, i) => cardEvaluation(sets[i]?.title ?? '', report, date)),
    spread: trainings.length === 1 ? [] : spreadsOf(sets, [...reports.values()]),
    ablation: null,
    commands: [...commands],
  };
}

/** What a card keeps of a report: the figures over all functions. */
export function cardEvaluation(
  title: string,
  { dataSet, settings, overall }: EvaluationReport,
  date: string,
): CardEvaluation {
  return { title, dataSet, date, settings, overall };
}

function dataOf({ recipe, recorded, histories, data }: CardSource): Card['data'] {
  const { train, validation, hours } = recipe.generated;
  const names = (functions: readonly FunctionHistory[]): string[] => functions.map(({ name }) => name);
  const real = [...histories.train.recorded, ...histories.validation.recorded];
  return {
    hours,
    generated: {
      train: { ...train, used: histories.train.generated.length },
      validation: { ...validation, used: histories.validation.generated.length },
    },
    recordings:
      recorded === null
        ? null
        : {
            name: recorded.name,
            trained: names(histories.train.recorded),
            validated: names(histories.validation.recorded),
            samples: real.reduce((sum, { cpuCores }) => sum + cpuCores.length, 0),
          },
    sequences: { train: data.train.count, validation: data.validation.count },
  };
}

function spreadsOf(sets: readonly JudgeSet[], seeds: readonly (readonly EvaluationReport[])[]): SeedSpread[] {
  return sets.map(({ title }, i) => ({
    title,
    seeds: seeds.length,
    pinball: LEVELS.map((_, level) => spreadOf(seeds.map((reports) => lossOf(reports[i], level)))),
  }));
}

/** The network's own loss over all functions. */
function lossOf(report: EvaluationReport | undefined, level: number): number | null {
  return report === undefined ? null : (networkRow(report)?.pinball[level] ?? null);
}

function spreadOf(figures: readonly (number | null)[]): SeedSpread['pinball'][number] {
  const known = figures.filter((figure) => figure !== null);
  const median = medianOf(known);
  return median === null ? null : { least: Math.min(...known), median, most: Math.max(...known) };
}
