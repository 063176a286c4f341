import { at } from '#forecast/trailing-maximum.ts';
import { medianOf } from '../evaluation/median.ts';
import { columnOf, type SeedData, type Variable } from './prepare.ts';

/** In the variable's unit (cores or bytes), `mse` in its square. */
export interface ErrorFigures {
  readonly mse: number;
  readonly mae: number;
  readonly rmse: number;
}

export type ErrorsByVariable = Readonly<Record<Variable, ErrorFigures>>;

/** Of forecasts and what came. Arrays of the same length, at least one entry. */
export function errorFigures(forecasts: Float64Array, truth: Float64Array): ErrorFigures {
  const errors = forecasts.map((forecast, i) => forecast - at(truth, i));
  const mean = (of: (error: number) => number): number =>
    errors.reduce((sum, error) => sum + of(error), 0) / errors.length;
  const mse = mean((error) => error ** 2);
  return { mse, mae: mean(Math.abs), rmse: Math.sqrt(mse) };
}

/** What a variable was at the test rows. */
export function testTruth({ history, test }: SeedData, variable: Variable): Float64Array {
  const column = columnOf(history, variable);
  return Float64Array.from(test.steps, (t) => at(column, t));
}

/** What a variable was a step before each test row: persistence's forecast. */
export function testPersistence({ history, test }: SeedData, variable: Variable): Float64Array {
  const column = columnOf(history, variable);
  return Float64Array.from(test.steps, (t) => at(column, t - 1));
}

/** Errors over the test rows of forecasts of both variables. */
export function testErrors(
  data: SeedData,
  forecasts: (data: SeedData, variable: Variable) => Float64Array,
): ErrorsByVariable {
  const figures = (variable: Variable): ErrorFigures =>
    errorFigures(forecasts(data, variable), testTruth(data, variable));
  return { memory: figures('memory'), cpu: figures('cpu') };
}

/** Smallest, median and largest of each figure. */
export interface Spread {
  readonly least: ErrorsByVariable;
  readonly median: ErrorsByVariable;
  readonly most: ErrorsByVariable;
}

export function spreadOf(errors: readonly ErrorsByVariable[]): Spread {
  const over = (pick: (figures: readonly number[]) => number): ErrorsByVariable => {
    const figure = (variable: Variable, name: keyof ErrorFigures): number =>
      pick(errors.map((each) => each[variable][name]));
    const figures = (variable: Variable): ErrorFigures => ({
      mse: figure(variable, 'mse'),
      mae: figure(variable, 'mae'),
      rmse: figure(variable, 'rmse'),
    });
    return { memory: figures('memory'), cpu: figures('cpu') };
  };
  return {
    least: over((figures) => Math.min(...figures)),
    median: over((figures) => medianOf(figures) ?? NaN),
    most: over((figures) => Math.max(...figures)),
  };
}

/** Names of the figures in the order of the study. */
export const FIGURES = ['mse', 'mae', 'rmse'] as const satisfies readonly (keyof ErrorFigures)[];
