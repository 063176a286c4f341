/** Use at or above this share of the limit over 60 s is the limit, not the demand (DESIGN §5, Signals). */
const CENSORED_SHARE = 0.9;

/** 1 in steps whose 60 s mean of CPU use is at the limit then in force; a step without a limit is never censored. */
export function censoredSteps(cpuMeanCores: Float64Array, cpuLimitCores: Float64Array): Uint8Array {
  return Uint8Array.from(cpuMeanCores, (use, step) =>
    use >= CENSORED_SHARE * (cpuLimitCores[step] ?? NaN) ? 1 : 0,
  );
}
