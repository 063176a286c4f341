import { InvalidArgumentError } from '@commander-js/extra-typings';

/** Rows from 1, both included; null for the last there is. */
export interface Rows {
  readonly first: number | null;
  readonly last: number | null;
}

/** A parser of `241:745`, `241:` or `:745`; a hyphen does as well. */
export function rowsOf(text: string): Rows {
  const [, from = '', to = ''] = /^(\d{0,9})[:-](\d{0,9})$/.exec(text) ?? [];
  const rows = { first: from === '' ? null : Number(from), last: to === '' ? null : Number(to) };
  const { first, last } = rows;
  if ((first ?? last) !== null && (first ?? 1) >= 1 && (last ?? Infinity) >= (first ?? 1)) return rows;
  throw new InvalidArgumentError('Rows from 1 as first:last, such as 241:745 or 241: to the end.');
}
