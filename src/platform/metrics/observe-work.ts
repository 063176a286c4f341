import type { SuiteMetrics } from './suite-metrics.ts';

/** Counts the error of `work` by its code, and passes it on. */
export async function countErrors<T>(suite: SuiteMetrics | null, work: () => T | Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    suite?.failed(error);
    throw error;
  }
}

export type Stage = 'read' | 'carry' | 'predict' | 'apply';

/** Adds how long `work` took to the durations of its stage, whether it succeeded or not. */
export async function timeStage<T>(
  suite: SuiteMetrics | null,
  stage: Stage,
  work: () => Promise<T>,
): Promise<T> {
  const begun = performance.now();
  try {
    return await work();
  } finally {
    suite?.observe('foresize_stage_duration_seconds', (performance.now() - begun) / 1000, { stage });
  }
}
