import { keyOf } from '#core/function-key.ts';
import { HEALTHS, type FunctionList, type FunctionRow, MODES } from '../api.ts';
import { COLUMNS, healthText } from './columns.ts';
import { element, setClass, setText } from './element.ts';
import { keepRows, type ListRow } from './list-row.ts';
import { createPlacing } from './place-rows.ts';
import { scrollable } from './table.ts';
import { cpuText, memoryText } from './text.ts';

export interface ListView {
  readonly root: HTMLElement;
  update(list: FunctionList): void;
}

interface Order {
  /** Of COLUMNS, or `name`. */
  readonly id: string;
  readonly isDescending: boolean;
}

/** All functions: sorted by any column, filtered by name, mode and health. */
export function createListView(): ListView {
  let rows = new Map<string, ListRow>();
  let order: Order = { id: 'health', isDescending: false };
  const body = element('tbody');
  const { place } = createPlacing(body);
  const summary = element('p', { class: 'summary', role: 'status' });
  const notes = element('ul', { class: 'notes', 'aria-label': 'Notes' });
  const filters = createFilters(() => {
    arrange();
  });
  const heads = createHeads((id) => {
    order = { id, isDescending: order.id === id && !order.isDescending };
    arrange();
  });
  const table = element(
    'table',
    {},
    element('caption', { class: 'unseen' }, 'Functions: their use, sizes and health'),
    element('thead', {}, element('tr', {}, ...heads.cells)),
    body,
  );

  const arrange = (): void => {
    const shown = [...rows.values()].filter(({ row }) => filters.accepts(row));
    shown.sort(comparing(order));
    heads.mark(order);
    place(shown);
    setText(
      summary,
      summaryOf(
        shown.map(({ row }) => row),
        rows.size,
      ),
    );
  };

  const root = element(
    'section',
    { class: 'list' },
    element('h1', {}, 'Functions'),
    element('div', { class: 'controls' }, ...filters.fields, summary),
    notes,
    scrollable('Table of functions', table),
  );
  return {
    root,
    update(list) {
      rows = keepRows(rows, list.functions);
      const namespaces = new Set(list.functions.map(({ namespace }) => namespace));
      setClass(root, namespaces.size > 1 ? 'list' : 'list of-one-namespace');
      fillNotes(notes, list.notes);
      arrange();
    },
  };
}

function fillNotes(root: HTMLElement, notes: readonly string[]): void {
  const told = notes.join('\n');
  if (root.dataset.told === told) return;
  root.dataset.told = told;
  root.hidden = notes.length === 0;
  root.replaceChildren(...notes.map((note) => element('li', {}, note)));
}

/** Unknown values last, whichever way; functions of the same value by name. */
function comparing({ id, isDescending }: Order): (a: ListRow, b: ListRow) => number {
  const valueOf = COLUMNS.find((column) => column.id === id)?.value ?? keyOf;
  const sign = isDescending ? -1 : 1;
  return ({ row: a }, { row: b }) => {
    const [left, right] = [valueOf(a), valueOf(b)];
    if (left !== right) {
      if (left === null) return 1;
      if (right === null) return -1;
      return left < right ? -sign : sign;
    }
    return keyOf(a) < keyOf(b) ? -1 : 1;
  };
}

function createHeads(onSort: (id: string) => void) {
  const all = [{ id: 'name', title: 'Function', hint: 'Name and namespace', isEssential: true }, ...COLUMNS];
  const cells = all.map(({ id, title, hint, isEssential }) => {
    const button = element('button', { type: 'button', title: hint }, title);
    button.addEventListener('click', () => {
      onSort(id);
    });
    return element('th', { scope: 'col', class: `${id}${isEssential ? '' : ' wide'}` }, button);
  });
  return {
    cells,
    mark({ id, isDescending }: Order) {
      cells.forEach((cell, index) => {
        const isSorted = all[index]?.id === id;
        cell.setAttribute('aria-sort', isSorted ? (isDescending ? 'descending' : 'ascending') : 'none');
      });
    },
  };
}

function createFilters(onChange: () => void) {
  const text = element('input', { type: 'search', placeholder: 'Name or namespace', autocomplete: 'off' });
  const mode = choice(MODES.map((value) => [value, value]));
  const health = choice(HEALTHS.map((value) => [value, healthText({ health: value })]));
  text.addEventListener('input', onChange);
  for (const select of [mode, health]) select.addEventListener('change', onChange);
  return {
    fields: [
      element('label', {}, 'Find', text),
      element('label', {}, 'Mode', mode),
      element('label', {}, 'Health', health),
    ],
    accepts(row: FunctionRow): boolean {
      if (mode.value !== '' && row.mode !== mode.value) return false;
      if (health.value !== '' && row.health !== health.value) return false;
      return keyOf(row).toLowerCase().includes(text.value.trim().toLowerCase());
    },
  };
}

function choice(options: readonly (readonly [value: string, text: string])[]): HTMLSelectElement {
  const all = element('option', { value: '' }, 'any');
  return element('select', {}, all, ...options.map(([value, text]) => element('option', { value }, text)));
}

function summaryOf(rows: readonly FunctionRow[], all: number): string {
  const count = rows.length === all ? `${all}` : `${rows.length} of ${all}`;
  const sum = (values: readonly (number | null)[]): number =>
    values.reduce<number>((total, value) => total + Math.max(0, value ?? 0), 0);
  const cpu = cpuText(sum(rows.map(({ wasteCpuCores }) => wasteCpuCores)));
  const memory = memoryText(sum(rows.map(({ wasteMemoryBytes }) => wasteMemoryBytes)));
  return `${count} ${all === 1 ? 'function' : 'functions'}; reserved and unused at the peak of the last hour: CPU ${cpu}, memory ${memory}`;
}
