import type { FunctionHistory } from '#core/replay/history.ts';
import { SEQUENCE_STEPS, type TrainingRecipe } from './training-recipe.ts';

const STEPS_AN_HOUR = 240;

/** Measured with WebAssembly on one core of 2.5 GHz: a sequence made, and one pass over it for each unit, in ms of CPU. */
const MAKING_MS = 2.5;
const PASS_MS_A_UNIT = 0.2;
/** Of the generated histories that many hold what teaches something. */
const USED_SHARE = 0.6;
/** Judging what a seed learned, its origins at two horizons. */
const JUDGING_MS = 30_000;

/** About how much CPU time trainings will take on WebAssembly if no seed ends early. */
export function estimateMs(
  recipe: TrainingRecipe,
  recorded: readonly FunctionHistory[],
  seeds: number,
): number {
  const { generated, stride, units, epochs } = recipe;
  const made = generated.train.count * sequencesIn(generated.hours * STEPS_AN_HOUR, stride.generated);
  const real = recorded.reduce((sum, { cpuCores }) => sum + sequencesIn(cpuCores.length, stride.recorded), 0);
  // Each recorded function is learned from as it was sampled and as a dashboard shows it.
  const sequences = USED_SHARE * made + 2 * real;
  return sequences * MAKING_MS + seeds * (sequences * epochs * PASS_MS_A_UNIT * units + JUDGING_MS);
}

/** Sequences of a history of so many steps. */
function sequencesIn(steps: number, stride: number): number {
  return Math.max(0, Math.floor((steps - SEQUENCE_STEPS) / stride) + 1);
}
