import * as z from 'zod';
import { type RecommendFlags, runRecommend } from '../../../cli/recommend/run-recommend.ts';
import type { RunningApi } from '../../local/kubernetes/running-api.ts';
import { countersOf } from '../../local/kubernetes/workloads-in-memory.ts';
import { printed } from '../printed.ts';

const amount = z.number().nullable();
const sizes = z.object({
  cpuRequestCores: amount,
  cpuLimitCores: amount,
  memoryRequestBytes: amount,
  memoryLimitBytes: amount,
});
const use = z.object({ p50: amount, p95: amount, peak: amount });

const reportSchema = z.object({
  target: z.string(),
  recommendations: z.array(
    z.object({
      name: z.string(),
      pods: z.number(),
      reason: z.string(),
      from: sizes,
      to: sizes,
      use: z.object({ cpu: use, memory: use }),
      confidence: z.object({ level: z.string(), reason: z.string() }),
    }),
  ),
  notes: z.array(z.string()),
});

/** One look at a running API, as JSON and without a word beside it. */
export const lookingAt = ({ api }: RunningApi, more: Partial<RecommendFlags> = {}): RecommendFlags => ({
  kubeconfig: api.kubeconfigPath,
  namespace: 'openfaas-fn',
  source: 'scrape',
  for: 0,
  format: 'json',
  minConfidence: 'medium',
  quiet: true,
  gatewayMetrics: 'none',
  ...more,
});

/** What `foresize recommend` prints as JSON. */
export async function recommended(flags: RecommendFlags): Promise<z.infer<typeof reportSchema>> {
  return reportSchema.parse(JSON.parse(await printed(() => runRecommend([], flags))));
}

/** So long a watch is enough: two reads, whose samples lie further apart. */
export const TWO_READS_MS = 50;

const MIB = 2 ** 20;

/** Each pod uses 10m of CPU and so much memory, from four minutes ago on: a sample 20 s later each time that anybody asks. */
export function useSteadily({ workloads }: RunningApi, memoryBytes = 50 * MIB): void {
  let asked = 0;
  const beginMs = Date.now() - 240_000;
  workloads.counters = () => {
    asked += 1;
    const seconds = Math.min(20 * asked, 230);
    return workloads.pods().map((pod) =>
      countersOf(pod, {
        ...{ atMs: beginMs + seconds * 1000, cpuSeconds: seconds * 0.01, workingSetBytes: memoryBytes },
        ...{ periods: null, throttledPeriods: null, throttledSeconds: null },
      }),
    );
  };
}
