/** The middle of some figures, and how far they lie apart. */
export interface Spread {
  readonly median: number;
  /** First and third quartile: half of the rounds lie between them. */
  readonly low: number;
  readonly high: number;
}

/** Quartiles by linear interpolation between order statistics; NaN without values. */
export function spreadOf(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b);
  const quantile = (level: number): number => {
    const place = level * (sorted.length - 1);
    const below = sorted[Math.floor(place)] ?? NaN;
    return below + (place % 1) * ((sorted[Math.ceil(place)] ?? NaN) - below);
  };
  return { median: quantile(0.5), low: quantile(0.25), high: quantile(0.75) };
}
