/**
 * Maximum of the last `width` entries up to and including each; NaN entries are passed over, and where there is
 * nothing else the result is NaN. One pass: indices of candidates wait in a queue of falling values, so each enters
 * and leaves once.
 */
export function trailingMaximum(values: Float64Array, width: number): Float64Array {
  const result = new Float64Array(values.length).fill(NaN);
  const queue = new Int32Array(values.length);
  let head = 0;
  let tail = 0;
  for (let i = 0; i < values.length; i++) {
    const value = at(values, i);
    while (head < tail && (queue[head] ?? 0) <= i - width) head++;
    if (!Number.isNaN(value)) {
      while (head < tail && at(values, queue[tail - 1] ?? 0) <= value) tail--;
      queue[tail++] = i;
    }
    if (head < tail) result[i] = at(values, queue[head] ?? 0);
  }
  return result;
}

/**
 * Entry `i`; NaN beyond the ends. Never reads there: once an engine has seen such a read, it boxes every number that
 * this one access gives, which is read thousands of times a forecast.
 */
export function at(values: Float64Array, i: number): number {
  return i >= 0 && i < values.length ? (values[i] ?? NaN) : NaN;
}
