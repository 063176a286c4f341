import type { Step } from '../messages/decision.ts';
import type { Resources } from '../usage/reading.ts';

/** Use of the busiest pod: CPU in cores as 60 s means, memory in bytes; null where nothing is known. */
export interface Use {
  readonly p50: number | null;
  readonly p95: number | null;
  /** Highest on record, which may be longer than the window that the percentiles are of. */
  readonly peak: number | null;
}

/** The least first. */
export const CONFIDENCE_LEVELS = ['low', 'medium', 'high'] as const;

export type ConfidenceLevel = (typeof CONFIDENCE_LEVELS)[number];

/** How much there is to a recommendation, and what keeps it from being surer. */
export interface Confidence {
  readonly level: ConfidenceLevel;
  readonly reason: string;
}

/**
 * What is the matter, worst first: killed for want of memory; use of memory that only ever rises; throttled by its CPU
 * limit; sizes under what is needed; none set; sizes over what is needed; fitting; no use known.
 */
export const REASONS = ['killed', 'leak', 'throttled', 'short', 'unset', 'waste', 'fine', 'unknown'] as const;

export type Reason = (typeof REASONS)[number];

/** What one function would be given, and why. */
export interface Recommendation {
  readonly namespace: string;
  readonly name: string;
  readonly pods: number;
  /** What the pods have now. */
  readonly from: Resources;
  /** What they would have in the end; equal to `from` where nothing can be said. */
  readonly to: Resources;
  readonly reason: Reason;
  readonly confidence: Confidence;
  readonly use: { readonly cpu: Use; readonly memory: Use };
  /** How much longer work takes because of the CPU limit: throttled seconds ÷ CPU seconds; null if unknown. */
  readonly stretch: number | null;
  /** Requests of all pods together that would be freed; negative where more would be asked for. */
  readonly savedCpuCores: number;
  readonly savedMemoryBytes: number;
  /** How long a use is known that the sizes rest on, ms. */
  readonly knownMs: number;
  /** Each rule that had a word in it, in order. */
  readonly steps: readonly Step[];
}
