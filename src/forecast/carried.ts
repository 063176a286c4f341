import { at } from './trailing-maximum.ts';

/** The newest sample at each step: gaps repeat what was seen last; NaN before the first. */
export function carried(values: Float64Array): Float64Array {
  const result = new Float64Array(values.length);
  let last = NaN;
  for (let i = 0; i < values.length; i++) {
    const value = at(values, i);
    if (!Number.isNaN(value)) last = value;
    result[i] = last;
  }
  return result;
}
