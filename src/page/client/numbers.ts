import type { FunctionDetail } from '../api.ts';
import { element } from './element.ts';
import { scrollable, tableHead } from './table.ts';
import { cpuText, memoryText, percentText, rateText, secondsText, timeText } from './text.ts';

const HEADS = [
  'Time',
  'CPU used',
  'p90',
  'request',
  'limit',
  'Memory used',
  'p95',
  'request',
  'limit',
  'Throttled',
  'Calls',
  'p95 latency',
];

/** What the charts draw as a table, newest first, made while it is open. */
export function createNumbers(): { readonly root: HTMLElement; update(detail: FunctionDetail): void } {
  const body = element('tbody');
  const table = element(
    'table',
    {},
    element('caption', { class: 'unseen' }, 'The charts in numbers, newest first'),
    tableHead(HEADS),
    body,
  );
  const root = element(
    'details',
    { class: 'numbers' },
    element('summary', {}, 'The charts in numbers'),
    scrollable('The charts in numbers', table),
  );
  let shown: FunctionDetail | null = null;
  const fill = (): void => {
    if (root.open && shown !== null) body.replaceChildren(...rowsOf(shown));
  };
  root.addEventListener('toggle', fill);
  return {
    root,
    update(detail) {
      if (detail === shown) return;
      shown = detail;
      fill();
    },
  };
}

function rowsOf(detail: FunctionDetail): HTMLElement[] {
  const { cpu, memory, forecast } = detail;
  return detail.times
    .map((at, index) => {
      const texts = [
        ...[cpu.use, forecast.cpu.p90, cpu.request, cpu.limit].map((column) =>
          cpuText(column[index] ?? null),
        ),
        ...[memory.use, forecast.memory.p95, memory.request, memory.limit].map((column) =>
          memoryText(column[index] ?? null),
        ),
        percentText(detail.throttledShare[index] ?? null),
        rateText(detail.callsPerSecond[index] ?? null),
        secondsText(detail.latencyP95Seconds[index] ?? null),
      ];
      const cells = texts.map((text) => element('td', {}, text));
      return element('tr', {}, element('th', { scope: 'row' }, timeText(at)), ...cells);
    })
    .reverse();
}
