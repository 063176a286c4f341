import { formatDurationMs } from '#core/units/duration.ts';
import type { Replay } from './replay.ts';
import type { Distribution, TraceFunction } from './trace.ts';

/** Characters of a hash that tell functions apart well enough to be read. */
const SHORT_HASH = 12;

/** What is replayed, as a person reads it, one fact a line. */
export function replayText({ calls, durationMs, trace }: Replay): string {
  const lines = [`replay   ${calls} calls in ${formatDurationMs(Math.round(durationMs / 1000) * 1000)}`];
  if (trace !== null) lines.push(...traceLines(trace));
  return `${lines.join('\n')}\n`;
}

function traceLines({ hash, trigger, perMinute, durationMs, allocatedMb }: TraceFunction): string[] {
  const most = perMinute.reduce((max, count) => Math.max(max, count), 0);
  const lines = [`function ${hash.slice(0, SHORT_HASH)}, trigger ${trigger}, at most ${most} calls a minute`];
  if (durationMs !== null) lines.push(`duration ${distributionText(durationMs, 'ms')}`);
  if (allocatedMb !== null) lines.push(`memory   ${distributionText(allocatedMb, 'MB')} of its app`);
  return lines;
}

function distributionText({ mean, percentiles }: Distribution, unit: string): string {
  const parts = percentiles.map(([percentile, value]) => `p${percentile} ${round(value)}`);
  return `mean ${round(mean)} ${unit}${parts.length === 0 ? '' : ` (${parts.join(', ')})`}`;
}

function round(value: number): string {
  return String(Number(value.toPrecision(3)));
}
