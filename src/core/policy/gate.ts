import type { FunctionForecast } from '../messages/forecast.ts';
import { POLICY } from './constants.ts';
import type { Metric } from './resources.ts';
import { secondsOf, unixMsOf } from './state-time.ts';
import type { FunctionState } from './state.ts';

type Gate = NonNullable<FunctionState['gate']>;
type Tally = Gate[Metric];

const UNPROVED: Tally = [0, 0, null];

const twoDecimals = (value: number): number => Math.round(100 * value) / 100;

const percent = (share: number): string => `${Number((100 * share).toPrecision(2))} %`;

/**
 * The tally with one more window of evidence, if this one holds no sample that was counted before; else as it was.
 *
 * A window of an hour judges about 200 samples, in which two are a percent already: so windows that do not overlap are
 * added up, older ones counting half after a day, and a window of fewer than 100 samples says nothing. Of each metric
 * are kept: how many samples were short, and the mean of the forecaster's skill, its loss over persistence's.
 *
 * The gate of a metric opens where at most 1 % of the samples were short and the skill is at most 1. Once open it
 * closes where that is so no longer, but not for one jump of demand, which no forecast could know: five samples, a
 * sizing period until the next decision and a step until it is in force, are pardoned; so is a skill of up to 1.05,
 * since smaller differences are noise. What was applied before it closed stays; from then on nothing new is.
 */
export function gateAfter(
  state: FunctionState,
  { at, evidence: { replay, skill } }: FunctionForecast,
): FunctionState['gate'] {
  const { gate } = state;
  if (replay === null || replay.samples < POLICY.gateSamples) return gate;
  const passedMs = gate === null ? Infinity : at - unixMsOf(state, gate.at);
  if (passedMs < replay.spanMs) return gate;
  const kept = 0.5 ** (passedMs / POLICY.gateHalfLifeMs);
  const samples = (gate?.of ?? 0) * kept + replay.samples;
  const add = (metric: Metric, short: number): Tally =>
    added(gate?.[metric] ?? UNPROVED, { kept, samples, short, skill: skill[metric], of: replay.samples });
  return {
    at: secondsOf(state, at),
    of: Math.round(samples),
    cpu: add('cpu', replay.shortCpu),
    memory: add('memory', replay.shortMemory),
  };
}

interface Window {
  /** Share of the earlier windows that still counts, and how many samples there are with it. */
  readonly kept: number;
  readonly samples: number;
  readonly short: number;
  readonly skill: number | null;
  /** Samples of this window alone. */
  readonly of: number;
}

function added([open, before, mean]: Tally, { kept, samples, short, skill, of }: Window): Tally {
  const sum = Math.round(10 * (before * kept + short)) / 10;
  const next = skill === null ? mean : meanSkill(mean, skill, of / samples);
  return [isProved(open === 1, samples, sum, next) ? 1 : 0, sum, next];
}

/** One window in which persistence was perfect must not outweigh a week. */
function meanSkill(mean: number | null, skill: number, weight: number): number {
  const capped = Math.min(skill, POLICY.gateSkillMost);
  const next = mean === null ? capped : mean + weight * (capped - mean);
  // Four decimals: with two, a small weight would never move it.
  return Math.round(10_000 * next) / 10_000;
}

function isProved(isOpen: boolean, samples: number, short: number, skill: number | null): boolean {
  if (skill === null) return false;
  const [pardonedShort, pardonedSkill] = isOpen ? [POLICY.gateJumpSamples, POLICY.gateSkillNoise] : [0, 0];
  return twoDecimals(skill) <= 1 + pardonedSkill && short <= POLICY.gateShort * samples + pardonedShort;
}

/** Why the gate of a metric is closed; null if it is open. */
export function gateClosed({ gate }: FunctionState, metric: Metric, judged: number | null): string | null {
  if (gate === null) {
    const so = `${judged ?? 0} of the ${POLICY.gateSamples} samples that it takes are there`;
    return `its forecasts have not been proved on its own past yet: ${so}`;
  }
  const [open, short, skill] = gate[metric];
  if (open === 1) return null;
  if (skill === null) return 'its forecasts could not be judged on its own past';
  const problems: string[] = [];
  if (short > POLICY.gateShort * gate.of) {
    const share = percent(short / gate.of);
    problems.push(
      `requests that followed the forecasts would have been short in ${share} of ${gate.of} samples, and ${percent(POLICY.gateShort)} may be`,
    );
  }
  if (twoDecimals(skill) > 1)
    problems.push(`the loss of its forecasts is ${twoDecimals(skill)} times persistence's, and may be 1`);
  return `the gate is closed: ${problems.join(', and ')}`;
}
