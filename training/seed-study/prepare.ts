import { ForesizeError } from '#core/errors/error.ts';
import type { FunctionHistory } from '#core/replay/history.ts';
import { SEED_SHAPE } from '#forecast/seed-lstm/network.ts';
import { fitScaler, type StandardScaler, standardise } from '#forecast/seed-lstm/standard-scaler.ts';
import { seriesToSupervised, type Supervised } from '#forecast/seed-lstm/supervised.ts';

/** The network's variables, in the order of its columns: var1 and var2. */
export const VARIABLES = ['memory', 'cpu'] as const;
export type Variable = (typeof VARIABLES)[number];

/** The share of the rows, from the first, that is trained on. */
const TRAINING_SHARE = 0.67;

export type SplitPart = Pick<Supervised, 'rows' | 'inputs' | 'targets' | 'steps'>;

/** A history as the study's network meets it. */
export interface SeedData {
  readonly history: FunctionHistory;
  readonly scalers: Readonly<Record<Variable, StandardScaler>>;
  readonly train: SplitPart;
  /** The study validates on it after every epoch, too, but chooses nothing by it. */
  readonly test: SplitPart;
}

/** The column of a variable, in its own unit. */
export function columnOf(history: FunctionHistory, variable: Variable): Float64Array {
  return variable === 'memory' ? history.memoryBytes : history.cpuCores;
}

/** Fitted to the whole history: the study fits its scaler before it splits. */
function fitScalers({ memoryBytes, cpuCores }: FunctionHistory): SeedData['scalers'] {
  return { memory: fitScaler(memoryBytes), cpu: fitScaler(cpuCores) };
}

/**
 * z-scores, framed with 3 lags; the first 67 % of the rows are trained on. `scalers` are fitted to the history, unless
 * a model brings its own. Throws `data-too-short` where either part would be empty.
 */
export function prepare(history: FunctionHistory, scalers = fitScalers(history)): SeedData {
  const columns = VARIABLES.map((variable) => standardise(columnOf(history, variable), scalers[variable]));
  const framed = seriesToSupervised(columns, SEED_SHAPE.lags);
  const trained = Math.floor(framed.rows * TRAINING_SHARE);
  if (trained === 0 || trained === framed.rows) {
    throw new ForesizeError(
      'data-too-short',
      `${history.name} has ${framed.rows} rows of ${SEED_SHAPE.lags + 1} known values in a row; ` +
        'at least 2 are needed, one to train on and one to test',
    );
  }
  return {
    history,
    scalers,
    train: part(framed, 0, trained),
    test: part(framed, trained, framed.rows),
  };
}

function part(framed: Supervised, start: number, end: number): SplitPart {
  const { lags, variables } = SEED_SHAPE;
  return {
    rows: end - start,
    inputs: framed.inputs.subarray(start * lags * variables, end * lags * variables),
    targets: framed.targets.subarray(start * variables, end * variables),
    steps: framed.steps.subarray(start, end),
  };
}
