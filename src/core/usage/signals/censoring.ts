/** Use at or above this share of the limit over 60 s is the limit, not the demand (DESIGN §5, Signals). */
const CENSORED_SHARE = 0.9;

/** 1 in steps whose 60 s mean of CPU use is at the limit then in force; a step without a limit is never censored. */
export function censoredSteps(cpuMeanCores: Float64Array, cpuLimitCores: Float64Array): Uint8Array {
  return Uint8Array.from(cpuMeanCores, (use, step) =>
    use >= CENSORED_SHARE * (cpuLimitCores[step] ?? NaN) ? 1 : 0,
  );
}

/**
 * 1 in steps in which the memory limit ended a process: use just before is the limit, not the demand. A step's value
 * covers the step that ends at its grid point, so a kill belongs to the next point after it.
 */
export function killedSteps(
  killsMs: readonly number[],
  { startMs, stepMs, length }: { readonly startMs: number; readonly stepMs: number; readonly length: number },
): Uint8Array {
  const killed = new Uint8Array(length);
  for (const atMs of killsMs) {
    const step = Math.ceil((atMs - startMs) / stepMs);
    if (step >= 0 && step < length) killed[step] = 1;
  }
  return killed;
}
