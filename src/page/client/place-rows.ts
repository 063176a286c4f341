import type { ListRow } from './list-row.ts';

/** As many as a screen shows, and then as many as can be laid out between two letters of somebody who types. */
const FIRST = 30;
const NEXT = 60;

/** Puts rows into a table's body in their order. */
export interface Placing {
  readonly place: (rows: readonly ListRow[]) => void;
}

/**
 * Nothing is moved where the order is as it was, so that focus and scroll position stay. Where it is another, what is
 * seen first comes at once and the rest in the next frames: laying out a thousand rows takes longer than one.
 */
export function createPlacing(body: HTMLTableSectionElement): Placing {
  let placed: readonly ListRow[] = [];
  let frame = 0;
  const append = (rows: readonly ListRow[], from: number, count: number): void => {
    body.append(...rows.slice(from, from + count).map(({ root }) => root));
    if (from + count >= rows.length) return;
    frame = requestAnimationFrame(() => {
      append(rows, from + count, NEXT);
    });
  };
  return {
    place: (rows) => {
      if (rows.length === placed.length && rows.every((row, index) => row === placed[index])) return;
      placed = rows;
      cancelAnimationFrame(frame);
      const focused = document.activeElement;
      if (isScrolled(body)) body.replaceChildren(...rows.map(({ root }) => root));
      else {
        body.replaceChildren();
        append(rows, 0, FIRST);
      }
      if (focused instanceof HTMLElement && body.contains(focused)) focused.focus({ preventScroll: true });
    },
  };
}

/** Whoever has gone down the list would be thrown back to its start by rows that come later. */
function isScrolled(body: HTMLElement): boolean {
  return (body.closest('.scroll')?.scrollTop ?? 0) > 0;
}
