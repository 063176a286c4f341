import type { Line } from './line.ts';
import type { LatencyView } from './story.ts';

/** Below this the two differ by no more than chance. */
const WORTH_TELLING = 1.5;

/** `p95 latency before the first resize 327 ms, in the last minute 18 ms: 18 times faster`, or the short of it. */
export function latencyLine(latency: LatencyView, columns = Infinity): Line {
  const long = longLine(latency);
  const width = long.reduce((sum, { text }) => sum + text.length, 0);
  return width <= columns ? long : shortLine(latency);
}

function shortLine({ beforeP95Ms, afterP95Ms, resized }: LatencyView): Line {
  const text = (ms: number | null): string => (ms === null ? '–' : milliseconds(ms));
  const before: Line = [{ text: 'p95 ' }, { text: text(beforeP95Ms), style: 'yellow' }];
  return resized
    ? [...before, { text: ' before, ' }, { text: text(afterP95Ms), style: 'green' }, { text: ' now' }]
    : before;
}

function longLine(latency: LatencyView): Line {
  const { beforeP95Ms, afterP95Ms, resized } = latency;
  const before = beforeP95Ms === null ? 'no call answered' : milliseconds(beforeP95Ms);
  if (!resized) {
    return [{ text: 'p95 latency ' }, { text: before, style: 'yellow' }, { text: ', not resized yet' }];
  }
  return [
    { text: 'p95 latency before the first resize ' },
    { text: before, style: 'yellow' },
    { text: ', in the last minute ' },
    { text: afterP95Ms === null ? 'no call answered' : milliseconds(afterP95Ms), style: 'green' },
    { text: comparison(beforeP95Ms, afterP95Ms), style: 'bold' },
  ];
}

/** The same as plain text. */
export function latencyText(latency: LatencyView): string {
  return latencyLine(latency)
    .map(({ text }) => text)
    .join('');
}

function comparison(before: number | null, after: number | null): string {
  if (before === null || after === null || after === 0) return '';
  const times = before / after;
  if (times < WORTH_TELLING) return '';
  return `: ${times < 10 ? times.toFixed(1) : times.toFixed(0)} times faster`;
}

function milliseconds(ms: number): string {
  return `${Math.round(ms)} ms`;
}
