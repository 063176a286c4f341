import { type ErrorFigures, type ErrorsByVariable, FIGURES, spreadOf } from './errors.ts';
import { type Variable, VARIABLES } from './prepare.ts';

/** Errors of one forecaster, or a figure over several trainings. */
export interface ErrorRow {
  readonly name: string;
  readonly errors: ErrorsByVariable;
}

/** What the errors are compared with. */
export interface Comparison {
  readonly persistence: ErrorsByVariable;
  /** null on other data than the study's. */
  readonly published: ErrorsByVariable | null;
}

/** Every seed, their median and spread, then what they are compared with. */
export function errorRows(
  seeds: readonly ErrorRow[],
  { persistence, published }: Comparison,
): readonly ErrorRow[] {
  const { least, median, most } = spreadOf(seeds.map(({ errors }) => errors));
  const summary =
    seeds.length === 1
      ? []
      : [
          { name: `median of ${seeds.length}`, errors: median },
          { name: 'smallest', errors: least },
          { name: 'largest', errors: most },
        ];
  return [
    ...seeds,
    ...summary,
    ...(published === null ? [] : [{ name: 'published', errors: published }]),
    { name: 'persistence', errors: persistence },
  ];
}

const HEADS: Readonly<Record<Variable, readonly string[]>> = {
  memory: ['memory', 'MSE, bytes²', 'MAE, bytes', 'RMSE, bytes'],
  cpu: ['CPU', 'MSE, cores²', 'MAE, cores', 'RMSE, cores'],
};

/** Bytes as whole numbers, what is larger or smaller with four digits. */
function cell(value: number): string {
  if (!Number.isFinite(value)) return 'unknown';
  if (value >= 1e8 || value < 1e-4) return value.toExponential(3);
  return value >= 1000 ? value.toFixed(0) : value.toPrecision(4);
}

function cellsOf(rows: readonly ErrorRow[], variable: Variable): readonly (readonly string[])[] {
  const figures = (errors: ErrorFigures): readonly string[] => FIGURES.map((name) => cell(errors[name]));
  return [HEADS[variable], ...rows.map(({ name, errors }) => [name, ...figures(errors[variable])])];
}

/** Two tables, memory and CPU, for a terminal. */
export function textTable(rows: readonly ErrorRow[]): string {
  const tables = VARIABLES.map((variable) => cellsOf(rows, variable));
  const widths = [0, 1, 2, 3].map((i) => Math.max(...tables.flat().map((cells) => cells[i]?.length ?? 0)));
  const line = (cells: readonly string[]): string =>
    cells
      .map((text, i) => (i === 0 ? text.padEnd(widths[i] ?? 0) : text.padStart(widths[i] ?? 0)))
      .join('  ');
  return tables.map((table) => table.map(line).join('\n')).join('\n\n');
}

/** The same as Markdown. */
export function markdownTable(rows: readonly ErrorRow[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return VARIABLES.map((variable) => {
    const [head = [], ...body] = cellsOf(rows, variable);
    return [line(head), '|---|---:|---:|---:|', ...body.map(line)].join('\n');
  }).join('\n\n');
}
