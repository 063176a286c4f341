/** The median of the figures that there are; of an even number the mean of the two in the middle; null of none. */
export function medianOf(figures: readonly (number | null)[]): number | null {
  const sorted = figures.filter((figure) => figure !== null).sort((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  const [low, high] = [sorted[Math.floor(middle)], sorted[Math.ceil(middle)]];
  return low === undefined || high === undefined ? null : (low + high) / 2;
}
