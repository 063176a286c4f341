import { at } from './trailing-maximum.ts';

/** Losses of one forecaster, one entry per past origin in order of time; NaN where it could not be scored. */
export type Losses = Float64Array;

/**
 * How much smaller a loss must be to replace the forecaster in use. Differences under 3 % were noise on 366 origins;
 * without a margin the choice, and with it the size, would flip from one cycle to the next.
 */
const MARGIN = 0.05;

/** A loss so many origins ago counts half: half an hour at 15 s. Sums that forget change the choice less often. */
const HALF_LIFE_ORIGINS = 120;
const KEPT = 0.5 ** (1 / HALF_LIFE_ORIGINS);

/**
 * What is usual counts as much as so many origins. Of 0, 20, 60, 120 and 180 this gave the least loss on generated and
 * recorded functions, and the choice that changes least: an hour's origins overlap, so they tell less than they number.
 */
const USUAL_ORIGINS = 120;

/**
 * Which of `losses` is in use at the end of the past, chosen as if at every origin anew: from the `fewest`-th origin on
 * the one whose losses so far, older ones counting less, add up to least replaces the one in use if it is at least 5 %
 * below it, and persistence (index 0) replaces it as soon as it is worse than persistence. Following the past gives the
 * choice a hysteresis without a memory: neighbouring windows share all but one origin. `first` is in use before.
 * `usual`, if given, are the losses over persistence's that are usual elsewhere: 120 origins of such losses are added to
 * what was seen here.
 */
export function followChoice(
  losses: readonly Losses[],
  first: number,
  fewest: number,
  usual?: readonly number[],
): number {
  const sums = new Float64Array(losses.length);
  const believed = new Float64Array(losses.length);
  let current = first;
  let scored = 0;
  let weight = 0;
  for (let i = 0; i < (losses[0]?.length ?? 0); i++) {
    if (!addScores(sums, losses, i)) continue;
    scored++;
    weight = KEPT * weight + 1;
    if (scored < fewest) continue;
    const origin = usual === undefined ? 0 : (USUAL_ORIGINS * at(sums, 0)) / weight;
    for (let k = 0; k < sums.length; k++) believed[k] = at(sums, k) + origin * (usual?.[k] ?? 1);
    current = stepChoice(believed, current);
  }
  return current;
}

/** Adds the losses at origin i; false, and nothing added, where one of them is NaN. */
function addScores(sums: Float64Array, losses: readonly Losses[], i: number): boolean {
  for (const loss of losses) if (Number.isNaN(at(loss, i))) return false;
  let k = 0;
  for (const loss of losses) {
    sums[k] = KEPT * at(sums, k) + at(loss, i);
    k++;
  }
  return true;
}

function stepChoice(sums: Float64Array, current: number): number {
  const kept = at(sums, current) > at(sums, 0) ? 0 : current;
  let best = kept;
  for (let k = 0; k < sums.length; k++) if (at(sums, k) < at(sums, best)) best = k;
  return at(sums, best) <= (1 - MARGIN) * at(sums, kept) ? best : kept;
}
