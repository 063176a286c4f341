import type { FunctionForecast } from '../messages/forecast.ts';
import { POLICY } from '../policy/constants.ts';
import { ages } from '../policy/maxima.ts';
import type { Confidence } from './recommendation.ts';

/** Less has not seen a night, and a memory limit that fits the hours seen may not fit the others. */
const DAY_MS = 86_400_000;

/** Use older than this says little of now. */
const STALE_MS = 5 * 60_000;

/** Of p95 forecasts, so many should have held; a little fewer in a window of an hour is chance. */
const COVERAGE = 0.9;

const percent = (share: number): string => `${Math.round(1000 * share) / 10} %`;

export interface ConfidenceFacts {
  readonly forecast: FunctionForecast;
  /** How long a use is known. */
  readonly knownMs: number;
  /** How long the function's settings ask for. */
  readonly wantedMs: number;
  /** What is missing in a record that is long enough; null where nothing is. */
  readonly hole: string | null;
}

/** The weakest of what a recommendation rests on: length of the evidence, freshness, source, forecasts on its own past. */
export function confidenceOf(facts: ConfidenceFacts): Confidence {
  const low = weakness(facts);
  if (low !== null) return { level: 'low', reason: low };
  const medium = doubt(facts);
  if (medium !== null) return { level: 'medium', reason: medium };
  return { level: 'high', reason: `${ages(facts.knownMs)} of use known, and the forecasts held` };
}

function weakness({ forecast, knownMs, wantedMs }: ConfidenceFacts): string | null {
  const { samples, age } = forecast.evidence;
  if (samples === 0 || age === null) return 'no sample of its use';
  if (age > STALE_MS) return `the newest sample is ${ages(age)} old`;
  if (knownMs < Math.min(DAY_MS, wantedMs)) return `only ${ages(knownMs)} of use known`;
  return null;
}

function doubt({ forecast: { evidence, signals }, knownMs, wantedMs, hole }: ConfidenceFacts): string | null {
  if (signals.advisory === true) return 'the Metrics API shows no throttling, no calls and no kills';
  if (evidence.censored > 0) return 'use has reached its limit, so demand may be higher';
  const { replay, skill, coverage } = evidence;
  if (replay === null) return 'the forecasts could not be judged on its past yet';
  const short = Math.max(replay.shortCpu, replay.shortMemory) / replay.samples;
  if (short > POLICY.gateShort)
    return `sizes by the forecasts were short in ${percent(short)} of its samples`;
  const worst = Math.max(skill.cpu ?? 0, skill.memory ?? 0);
  if (worst > 1 + POLICY.gateSkillNoise) return `the forecasts are worse than repeating the last value`;
  const held = Math.min(coverage.cpu ?? 1, coverage.memory ?? 1);
  if (held < COVERAGE) return `of the forecasts' p95 only ${percent(held)} held`;
  if (knownMs < wantedMs) return `${ages(knownMs)} of use known, of ${ages(wantedMs)}`;
  return hole;
}
