import { type CallResponse, RESPONSE_STEPS } from './call-response.ts';
import { at } from '../trailing-maximum.ts';

/**
 * The path of `control` that the response to calls expects, n × 20 row-major: entry (i, h − 1) is for step i + h. A
 * mean of several samples still holds samples that are known at i.
 */
export function controlPath(
  values: Float64Array,
  control: Float64Array,
  meanSteps: number,
  response: CallResponse,
): Float64Array {
  if (meanSteps === 1) return response.path;
  const path = new Float64Array(control.length * RESPONSE_STEPS);
  for (let i = 0; i < control.length; i++) {
    const row = i * RESPONSE_STEPS;
    // The mean now, as the samples would have it: a step later its oldest sample leaves it.
    let sum = 0;
    for (let j = 0; j < meanSteps; j++) sum += sampleAt(values, i - j, i);
    for (let h = 0; h < RESPONSE_STEPS; h++) {
      sum += at(response.path, row + h);
      sum -=
        h < meanSteps ? sampleAt(values, i + 1 + h - meanSteps, i) : at(response.path, row + h - meanSteps);
      path[row + h] = Math.max(0, sum / meanSteps);
    }
  }
  return path;
}

/** A sample; before the first one the newest stands for it. */
function sampleAt(values: Float64Array, index: number, newest: number): number {
  const value = at(values, index);
  return Number.isNaN(value) ? at(values, newest) : value;
}

/** The largest of the first `steps` entries of each row. */
export function pathMaximum(path: Float64Array, steps: number): Float64Array {
  const rows = path.length / RESPONSE_STEPS;
  const most = Math.min(steps, RESPONSE_STEPS);
  const maxima = new Float64Array(rows);
  for (let i = 0; i < rows; i++) {
    let largest = -Infinity;
    const row = i * RESPONSE_STEPS;
    for (let h = 0; h < most; h++) largest = Math.max(largest, at(path, row + h));
    maxima[i] = largest;
  }
  return maxima;
}
