import type { Decision } from '#core/messages/decision.ts';
import { formatDurationMs } from '#core/units/duration.ts';
import { decisionLines } from './decision-lines.ts';
import { latencyLine } from './latency-line.ts';
import { type Line, printLine, wrapText } from './line.ts';
import { type PodRow, podTable } from './pod-table.ts';
import type { LatencyView } from './story.ts';

export interface ScreenView {
  readonly gatewayUrl: string;
  readonly enforcement: string;
  readonly load: string;
  /** Since the platform was up. */
  readonly elapsedMs: number;
  /** null where no load is sent. */
  readonly latency: LatencyView | null;
  readonly pods: readonly PodRow[];
  readonly decisions: readonly Decision[];
  readonly columns: number;
  readonly rows: number;
  readonly colour: boolean;
}

/** The whole screen as text: at most `columns` wide, and lower than `rows` so that the cursor has a line of its own. */
export function renderScreen(view: ScreenView): string {
  const { pods, columns, rows, colour } = view;
  const above: Line[] = [...heading(view), [], ...podTable(pods, columns), []];
  const room = Math.max(1, rows - 1 - above.length);
  return [...above, ...decided(view, room)]
    .slice(0, Math.max(1, rows - 1))
    .map((line) => printLine(line, columns, colour))
    .join('\n');
}

function heading({ gatewayUrl, enforcement, load, elapsedMs, latency, columns }: ScreenView): Line[] {
  const upTime = formatDurationMs(Math.floor(elapsedMs / 1000) * 1000);
  return [
    [{ text: `Foresize on a local OpenFaaS at ${gatewayUrl}`, style: 'bold' }, { text: '; Ctrl-C ends it' }],
    ...wrapText(enforcement, columns).map((text): Line => [{ text, style: 'gray' }]),
    ...(latency === null
      ? [[{ text: `${upTime}: ${load}` }]]
      : [
          [{ text: `${upTime}: ${latency.calls} calls, ` }, failures(latency.failed), { text: `; ${load}` }],
          latencyLine(latency, columns),
        ]),
  ];
}

function failures(failed: number): Line[number] {
  return { text: `${failed} failed`, style: failed > 0 ? 'red' : undefined };
}

function decided({ decisions, columns }: ScreenView, room: number): Line[] {
  if (decisions.length > 0) return decisionLines(decisions, columns, room);
  return [[{ text: 'waiting for the first decision', style: 'gray' }]];
}
