import type { Forecaster } from '../forecaster.ts';
import { byQuantile, type QuantileName } from '../levels.ts';
import { at } from '../trailing-maximum.ts';
import { FAR_STEPS, lstmInputs, NEAR_STEPS } from './inputs.ts';
import { LstmKernel } from './kernel.ts';
import { toQuantiles } from './quantile-heads.ts';
import { type LstmShape, outputColumns } from './shape.ts';
import type { LstmWeights } from './weights.ts';
import { factsOf } from '../calls/window-facts.ts';

/** A trained network: what its columns mean, and its weights. */
export interface LstmModel {
  readonly shape: LstmShape;
  readonly weights: LstmWeights;
}

/** Below this many samples its inputs say too little. */
const MINIMUM_SAMPLES = 40;

/**
 * The small global network: one pass over the window gives every row. Peaks of horizons between the two that it was
 * trained for lie between them on a logarithmic scale of steps; calibration does the rest.
 */
export function createLstm({ shape, weights }: LstmModel): Forecaster {
  const kernel = new LstmKernel(shape, weights);
  const columns = headColumns(shape);
  return {
    name: 'lstm',
    metric: 'cpu',
    minimumSamples: MINIMUM_SAMPLES,
    ownQuantiles: true,
    forecast(window) {
      const facts = factsOf(window);
      const rows = facts.control.length;
      const inputs = lstmInputs(facts, shape.features);
      const outputs = new Float32Array(rows * outputColumns(shape));
      kernel.run(inputs, rows, outputs);
      toQuantiles(shape, inputs, rows, outputs);
      const share = shareOfFar(window.horizonSteps);
      const column = (value: (row: number) => number): Float64Array =>
        facts.control.map((now, i) => now + at(facts.scale, i) * value(i * outputColumns(shape)));
      const peak = byQuantile((name) => {
        const [near, far] = [columns.near[name], columns.far[name]];
        return column(
          (row) => (1 - share) * (outputs[row + near] ?? NaN) + share * (outputs[row + far] ?? NaN),
        );
      });
      return { next: column((row) => outputs[row + columns.next] ?? NaN), peak, unit: facts.unit };
    },
  };
}

type LevelColumns = Readonly<Record<QuantileName, number>>;

/** Where the heads' quantiles lie in a row of outputs. Throws where the shape lacks one. */
function headColumns(shape: LstmShape): { next: number; near: LevelColumns; far: LevelColumns } {
  const columnOf = (head: string, level: number): number => {
    const row = shape.heads.findIndex(({ name }) => name === head);
    const place = shape.levels.indexOf(level);
    if (row < 0 || place < 0) throw new RangeError(`the model has no ${head} at ${level}`);
    return row * shape.levels.length + place;
  };
  const levelsOf = (head: string): LevelColumns => byQuantile((_, level) => columnOf(head, level));
  return { next: columnOf('next', 0.5), near: levelsOf('near'), far: levelsOf('far') };
}

/** 0 at the near horizon, 1 at the far one, beyond them the nearer of the two. */
function shareOfFar(steps: number): number {
  const share = Math.log(steps / NEAR_STEPS) / Math.log(FAR_STEPS / NEAR_STEPS);
  return Math.min(Math.max(share, 0), 1);
}
