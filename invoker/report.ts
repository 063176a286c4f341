import type { Summary } from './summary.ts';

/** The summary as a person reads it, one fact a line. */
export function reportText(summary: Summary): string {
  const { calls, ok, errors, outcomes, statuses, unsent, latencyMs } = summary;
  const lines = [`calls    ${calls}`, `ok       ${ok}`, `errors   ${errors}${errorDetail(summary)}`];
  const answered = Object.entries(statuses).map(([status, count]) => `${status}: ${count}`);
  if (answered.length > 0) lines.push(`status   ${answered.join(', ')}`);
  if (outcomes.cancelled > 0) lines.push(`cut off  ${outcomes.cancelled} on their way as the run ended`);
  if (unsent > 0) lines.push(`unsent   ${unsent} still waiting for a place as the run ended`);
  if (latencyMs !== null) {
    const [p50, p95, p99] = [latencyMs.p50, latencyMs.p95, latencyMs.p99].map((ms) => `${ms.toFixed(1)} ms`);
    lines.push(`latency  p50 ${p50}, p95 ${p95}, p99 ${p99}`);
  }
  return `${lines.join('\n')}\n`;
}

function errorDetail({ outcomes }: Summary): string {
  const kinds = (['refused', 'timeout', 'failed'] as const).filter((kind) => outcomes[kind] > 0);
  return kinds.length === 0 ? '' : ` (${kinds.map((kind) => `${kind}: ${outcomes[kind]}`).join(', ')})`;
}
