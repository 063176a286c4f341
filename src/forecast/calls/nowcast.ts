import { at } from '../trailing-maximum.ts';
import { RESPONSE_STEPS, type CallResponse } from './call-response.ts';
import { RecursiveRegression } from './recursive-regression.ts';

/** One regression for each number of steps since the last call (without calls: since the last change), 4 and more in one. */
const GROUPS = 5;
/** Steps at whose distance changes come back, when a rate forgets the calls that raised it. */
const CHANGE_LAGS = [15, 16, 19, 20];
const INPUTS = 4 + CHANGE_LAGS.length;
const REGRESSION = { halfLifeSteps: 160, ridge: 0.1, level: 0.5, updatesPerSolve: 2 };
/** A group forecasts nothing before it has learned so often. */
const FEWEST_UPDATES = 12;
/** No forecast is further than this from the last value, in scales. */
const LARGEST_CHANGE = 2;

/**
 * CPU of the next step, made at each: the last value plus a change, which a least-absolute-deviation regression for
 * each number of steps since the last call expects from the response to calls and from the last changes. It repeats
 * the last value until enough was learned, and goes with the response over gaps.
 * @param scale of changes at each step, above zero (such as half the recent maximum).
 */
export function nowcast(
  values: Float64Array,
  calls: Float64Array | null,
  usable: Uint8Array,
  response: CallResponse,
  scale: Float64Array,
): Float64Array {
  const n = values.length;
  const result = new Float64Array(n).fill(NaN);
  const groups = Array.from({ length: GROUPS }, () => ({
    fit: new RecursiveRegression(INPUTS, REGRESSION),
    at: 0,
  }));
  const inputs = new Float64Array(INPUTS);
  const changes = new Float64Array(n);
  let last = NaN;
  let quiet = 0;
  let pending: (typeof groups)[number] | undefined;
  let pendingScale = 1;
  for (let i = 0; i < n; i++) {
    const sample = at(values, i);
    const value = sample >= 0 && sample < Infinity ? sample : NaN;
    const before = last;
    if (!Number.isNaN(value)) last = value;
    changes[i] = Number.isNaN(last - before) ? 0 : last - before;
    if (pending !== undefined && !Number.isNaN(value) && usable[i] !== 0) {
      pending.fit.update(inputs, 0, at(changes, i) / pendingScale, i - pending.at);
      pending.at = i;
    }
    quiet = (calls === null ? at(changes, i) !== 0 : at(calls, i) > 0) ? 0 : Math.min(quiet + 1, GROUPS - 1);
    if (Number.isNaN(value) || !(at(scale, i) > 0 && at(scale, i) < Infinity)) {
      pending = undefined;
      const gap = Number.isNaN(value) && !Number.isNaN(last);
      result[i] = gap ? at(response.path, i * RESPONSE_STEPS) : last;
      continue;
    }
    pending = groups[quiet];
    pendingScale = at(scale, i);
    inputs[0] = 0.3;
    inputs[1] = (at(response.path, i * RESPONSE_STEPS) - last) / pendingScale;
    inputs[2] = (at(response.fitted, i) - last) / pendingScale;
    inputs[3] = at(changes, i) / pendingScale;
    for (let k = 0; k < CHANGE_LAGS.length; k++) {
      const lag = CHANGE_LAGS[k] ?? 0;
      inputs[4 + k] = i < lag ? 0 : at(changes, i - lag) / pendingScale;
    }
    const ready = pending !== undefined && pending.fit.updates >= FEWEST_UPDATES;
    const change = ready && pending !== undefined ? pending.fit.predict(inputs) : 0;
    const limited = Math.min(Math.max(change, -LARGEST_CHANGE), LARGEST_CHANGE);
    result[i] = Math.max(0, last + limited * pendingScale);
  }
  return result;
}
