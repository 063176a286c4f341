/** Standard normal numbers, the same for the same seed. */
export function normal(seed: number): () => number {
  let state = seed >>> 0;
  const uniform = (): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return (state + 0.5) / 2 ** 32;
  };
  for (let i = 0; i < 8; i++) uniform();
  return () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
}

/** An autoregression of order one with normal steps of deviation 1. */
export function autoregression(
  length: number,
  { coefficient, mean, seed }: { coefficient: number; mean: number; seed: number },
): Float64Array {
  const draw = normal(seed);
  let value = 0;
  return Float64Array.from({ length }, () => {
    value = coefficient * value + draw();
    return mean + value;
  });
}
