/** A value older than this many steps is not the last one. */
const LAST_STEPS = 4;

/** The last value of a column, NaN being a gap; null where all of the last four steps are gaps. */
export function newest(column: Float64Array): number | null {
  return column.subarray(-LAST_STEPS).findLast((value) => !Number.isNaN(value)) ?? null;
}

/** The largest value of a column; null without one. */
export function largest(column: Float64Array): number | null {
  const most = column.reduce((max, value) => (value > max ? value : max), -Infinity);
  return most === -Infinity ? null : most;
}
