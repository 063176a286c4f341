import { formatCpuCores, formatMemoryBytes } from '#core/units/quantity.ts';
import type { Resources } from '#core/usage/reading.ts';
import type { Platform } from '../../local/platform.ts';
import { latencyText } from '../live/latency-line.ts';
import type { LatencyView, Story } from '../live/story.ts';

export interface Outcome {
  readonly functionName: string | null;
  readonly resizes: number;
  readonly restarts: number;
  readonly latency: LatencyView;
  /** From when the platform was up to the first applied resize; null without one. */
  readonly firstResizeAfterMs: number | null;
  readonly resources: Resources | null;
}

/** What became of the function under load. */
export function summarise(functionName: string | null, platform: Platform, story: Story): Outcome {
  const pods = platform.workloads.pods(platform.namespace).filter((pod) => pod.functionName === functionName);
  const { firstResizeAtMs, resizes } = story;
  return {
    functionName,
    resizes,
    restarts: pods.reduce((sum, { restarts }) => sum + restarts, 0),
    latency: story.latency(Date.now()),
    firstResizeAfterMs: firstResizeAtMs === null ? null : firstResizeAtMs - platform.startedAtMs,
    resources: pods[0]?.inForce ?? null,
  };
}

/** The summary as lines of text. */
export function summaryLines(outcome: Outcome): readonly string[] {
  const { functionName, resizes, restarts, latency, firstResizeAfterMs, resources } = outcome;
  if (functionName === null) return [];
  const first =
    firstResizeAfterMs === null
      ? ''
      : `, the first ${(firstResizeAfterMs / 1000).toFixed(0)} s after the platform was up`;
  return [
    `${functionName}: ${latency.calls} calls, ${latency.failed} failed; ${resizes} ${resizes === 1 ? 'resize' : 'resizes'} applied${first}; restarts ${restarts}`,
    latencyText(latency),
    ...(resources ? [resourcesLine(resources)] : []),
  ];
}

function resourcesLine({
  cpuRequestCores,
  cpuLimitCores,
  memoryRequestBytes,
  memoryLimitBytes,
}: Resources): string {
  const cpu = (cores: number | null): string => (cores === null ? 'none' : formatCpuCores(cores));
  const memory = (bytes: number | null): string => (bytes === null ? 'none' : formatMemoryBytes(bytes));
  return `CPU request ${cpu(cpuRequestCores)}, limit ${cpu(cpuLimitCores)}; memory request ${memory(memoryRequestBytes)}, limit ${memory(memoryLimitBytes)}`;
}
