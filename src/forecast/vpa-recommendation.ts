import type { CpuHistogram, MemoryPeaks, UsageHistogram } from './usage-histograms.ts';

/** Of one resource, in cores or bytes. The updater leaves requests between the bounds alone, others become the target. */
export interface VpaBounds {
  readonly lowerBound: number;
  readonly target: number;
  readonly upperBound: number;
}

export interface VpaRecommendation {
  readonly cpu: VpaBounds | null;
  readonly memory: VpaBounds | null;
}

/** Least that is ever recommended for a container. @default 0.025 cores, 250 MiB: the autoscaler's, alone in its pod */
export interface VpaMinimum {
  readonly cpuCores: number;
  readonly memoryBytes: number;
}

const MINIMUM: VpaMinimum = { cpuCores: 0.025, memoryBytes: 250 * 2 ** 20 };
const SAFETY_MARGIN = 1.15;
const LOWER_LEVEL = 0.5;
const TARGET_LEVEL = 0.9;
const UPPER_LEVEL = 0.95;
/** The largest amount it can express: 10^14 millicores or bytes. What it says where there is no history. */
const MOST_CORES = 1e11;
const MOST_BYTES = 1e14;
const DAY_MS = 24 * 3_600_000;

/**
 * What the Vertical Pod Autoscaler would recommend for a container with this history, with its default flags: p90 of
 * CPU use and of daily memory peaks, 15 % on top, between bounds from p50 and p95 that close as history grows
 * (kubernetes/autoscaler, vertical-pod-autoscaler/pkg/recommender/logic/recommender.go and estimator.go). Null where
 * there are no samples. It counts in whole millicores and bytes, cut off: at most one less than here.
 *
 * | history | lower bound × | upper bound × |
 * |---|---|---|
 * | none | 0 | most |
 * | 5 min | 0.6 | 289 |
 * | 1 h | 0.95 | 25 |
 * | 12 h | 1.00 | 3 |
 * | 1 day | 1.00 | 2 |
 * | 1 week | 1.00 | 1.14 |
 */
export function vpaRecommendation(
  cpu: CpuHistogram,
  memory: MemoryPeaks,
  minimum: VpaMinimum = MINIMUM,
): VpaRecommendation {
  const confidence = confidenceOf(cpu);
  return {
    cpu: boundsOf(cpu, confidence, minimum.cpuCores, MOST_CORES),
    memory: boundsOf(memory, confidence, minimum.memoryBytes, MOST_BYTES),
  };
}

/** Days of history, by time and by count at one sample a minute, whichever is less; CPU's, for both resources. */
function confidenceOf({ spanMs, samples }: CpuHistogram): number {
  return Math.min(spanMs / DAY_MS, samples / (24 * 60));
}

function boundsOf(usage: UsageHistogram, confidence: number, least: number, most: number): VpaBounds | null {
  if (usage.empty) return null;
  const amount = (level: number, factor: number): number =>
    Math.max(least, Math.min(most, usage.percentile(level) * SAFETY_MARGIN * factor));
  return {
    lowerBound: amount(LOWER_LEVEL, (1 + 0.001 / confidence) ** -2),
    target: amount(TARGET_LEVEL, 1),
    upperBound: amount(UPPER_LEVEL, 1 + 1 / confidence),
  };
}
