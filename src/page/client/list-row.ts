import { keyOf } from '#core/function-key.ts';
import type { FunctionRow } from '../api.ts';
import { COLUMNS } from './columns.ts';
import { element, setClass, setText } from './element.ts';
import { createTrend } from './trend.ts';

/** One function of the list; its row in the document is made when it is to be seen. */
export class ListRow {
  row: FunctionRow;
  #shown: ShownRow | null = null;

  constructor(row: FunctionRow) {
    this.row = row;
  }

  update(row: FunctionRow): void {
    this.row = row;
    this.#shown?.update(row);
  }

  get root(): HTMLTableRowElement {
    this.#shown ??= createRow(this.row);
    return this.#shown.root;
  }
}

interface ShownRow {
  readonly root: HTMLTableRowElement;
  update(row: FunctionRow): void;
}

function createRow(first: FunctionRow): ShownRow {
  const trend = createTrend();
  const address = `#/${[first.namespace, first.name].map(encodeURIComponent).join('/')}`;
  const link = element('a', { href: address }, first.name);
  const texts = COLUMNS.map(() => element('span'));
  const cells = COLUMNS.map(({ id, isEssential }, index) =>
    element(
      'td',
      { class: `${id}${isEssential ? '' : ' wide'}` },
      ...(id === 'cpu' ? [trend.root] : []),
      texts[index] ?? '',
    ),
  );
  const name = element('th', { scope: 'row' }, link, element('small', {}, first.namespace));
  const root = element('tr', {}, name, ...cells);
  const update = (row: FunctionRow): void => {
    COLUMNS.forEach((column, index) => {
      const text = texts[index];
      if (text !== undefined) setText(text, column.text(row));
      const share = column.share?.(row);
      if (share != null) cells[index]?.style.setProperty('--share', String(Math.round(share * 100)));
    });
    trend.update(row);
    setClass(root, `health-${row.health}`);
  };
  update(first);
  return { root, update };
}

/** Rows by function: those that are still there are kept, with what they show. */
export function keepRows(
  known: ReadonlyMap<string, ListRow>,
  functions: readonly FunctionRow[],
): Map<string, ListRow> {
  return new Map(
    functions.map((row) => {
      const key = keyOf(row);
      const kept = known.get(key) ?? new ListRow(row);
      if (kept.row !== row) kept.update(row);
      return [key, kept];
    }),
  );
}
