import { keyOf } from '#core/function-key.ts';
import type { FunctionRow } from '../api.ts';
import { COLUMNS } from './columns.ts';
import { element, setClass, setText } from './element.ts';

/** One function's row in the document. */
export interface ListRow {
  readonly root: HTMLTableRowElement;
  row: FunctionRow;
  update(row: FunctionRow): void;
}

function createListRow(first: FunctionRow): ListRow {
  const address = `#/${[first.namespace, first.name].map(encodeURIComponent).join('/')}`;
  const link = element('a', { href: address }, first.name);
  const cells = COLUMNS.map(({ id, isEssential }) =>
    element('td', { class: `${id}${isEssential ? '' : ' wide'}` }),
  );
  const root = element(
    'tr',
    {},
    element('th', { scope: 'row' }, link, element('small', {}, first.namespace)),
    ...cells,
  );
  const made: ListRow = {
    root,
    row: first,
    update(row) {
      made.row = row;
      COLUMNS.forEach((column, index) => {
        const cell = cells[index];
        if (cell === undefined) return;
        setText(cell, column.text(row));
        const share = column.share?.(row);
        if (share != null) cell.style.setProperty('--share', String(Math.round(share * 100)));
      });
      setClass(root, `health-${row.health}`);
    },
  };
  made.update(first);
  return made;
}

/** Rows by function: those that are still there are kept, with what they show. */
export function keepRows(
  known: ReadonlyMap<string, ListRow>,
  functions: readonly FunctionRow[],
): Map<string, ListRow> {
  return new Map(
    functions.map((row) => {
      const key = keyOf(row);
      const kept = known.get(key);
      if (kept === undefined) return [key, createListRow(row)];
      kept.update(row);
      return [key, kept];
    }),
  );
}
