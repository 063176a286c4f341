import { at } from '#forecast/trailing-maximum.ts';
import { METRIC_UNITS } from '../plots/metric-units.ts';
import type { Plot } from '../plots/render.ts';
import { testTruth } from './errors.ts';
import type { EpochLoss } from './fit.ts';
import type { SeedData, Variable } from './prepare.ts';
import type { TestForecasts } from './study.ts';

/** One training's losses. */
interface Losses {
  readonly seed: number;
  readonly losses: readonly EpochLoss[];
}

/** Loss by epoch on both parts, a line for each seed, on a logarithmic scale. */
export function learningCurve(runs: readonly Losses[]): Plot {
  const values = runs.flatMap(({ seed, losses }) =>
    losses.flatMap(({ epoch, loss, validationLoss }) => [
      { seed, epoch, part: 'validation (the test rows)', value: validationLoss },
      { seed, epoch, part: 'training', value: loss },
    ]),
  );
  return {
    description: `Loss of the study's network by epoch, ${runs.length} seeds: training and validation.`,
    title: {
      text: 'Learning curve',
      subtitle: `Mean absolute error in standard deviations; a line for each of ${runs.length} seeds`,
    },
    data: { values },
    mark: { type: 'line', opacity: 0.75 },
    encoding: {
      x: { field: 'epoch', type: 'quantitative', title: 'epoch', scale: { nice: false } },
      y: {
        field: 'value',
        type: 'quantitative',
        title: null,
        scale: { type: 'log', nice: false },
        axis: { tickCount: 5 },
      },
      color: { field: 'part', type: 'nominal', sort: null },
      detail: { field: 'seed', type: 'nominal' },
    },
  };
}

/** Forecasts of the test rows over what came. */
export function predictedAndExpected(data: SeedData, forecasts: TestForecasts, variable: Variable): Plot {
  const { title, per, unit } = METRIC_UNITS[variable];
  const { startMs, stepMs } = data.history;
  const truth = testTruth(data, variable);
  const series = [
    ['expected', truth],
    ['predicted', forecasts[variable]],
  ] as const;
  const values = series.flatMap(([name, column]) =>
    Array.from(data.test.steps, (t, row) => ({
      time: startMs + t * stepMs,
      name,
      value: at(column, row) / per,
    })),
  );
  return {
    description: `${title} of the test rows: the next step as predicted by the study's network, and as it was.`,
    title: {
      text: `${title}, one step ahead`,
      subtitle: `${unit}; the last ${data.test.rows} rows, times in UTC`,
    },
    data: { values },
    mark: 'line',
    encoding: {
      x: { field: 'time', type: 'temporal', title: null, scale: { type: 'utc' }, axis: { format: '%H:%M' } },
      y: { field: 'value', type: 'quantitative', title: null, scale: { zero: false } },
      color: { field: 'name', type: 'nominal', sort: null },
    },
  };
}
