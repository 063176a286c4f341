import type { LstmWeights } from './weights.ts';

/** Sizes of a network. */
export interface KernelSize {
  readonly features: number;
  readonly units: number;
  readonly outputs: number;
}

/**
 * What `input` counts for a gate of a unit: −1 is the bias, then come the features, then the units' outputs of the
 * step before. Gates are numbered as in `LstmWeights`. 0 beyond the network.
 */
export function gateWeight(
  weights: LstmWeights,
  size: KernelSize,
  gate: number,
  unit: number,
  input: number,
): number {
  if (unit >= size.units) return 0;
  const column = gate * size.units + unit;
  if (input < 0) return weights.bias[column] ?? 0;
  const [kernel, row] =
    input < size.features ? [weights.kernel, input] : [weights.recurrentKernel, input - size.features];
  return kernel[row * 4 * size.units + column] ?? 0;
}

/** What `input` counts for an output; inputs as for gates, but the units' outputs of the same step. */
export function headWeight(weights: LstmWeights, size: KernelSize, output: number, input: number): number {
  if (output >= size.outputs) return 0;
  if (input < 0) return weights.outputBias[output] ?? 0;
  const [kernel, row] =
    input < size.features ? [weights.skipKernel, input] : [weights.outputKernel, input - size.features];
  return kernel[row * size.outputs + output] ?? 0;
}
