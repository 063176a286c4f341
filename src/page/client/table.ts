import { element } from './element.ts';

/** The head of a table; a column without a title has an empty cell. */
export function tableHead(titles: readonly string[]): HTMLElement {
  const cells = titles.map((title) =>
    title === '' ? element('td') : element('th', { scope: 'col' }, title),
  );
  return element('thead', {}, element('tr', {}, ...cells));
}

/** A table that may be wider than the page, to be moved by keys as well. */
export function scrollable(label: string, table: HTMLElement): HTMLElement {
  return element('div', { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': label }, table);
}
