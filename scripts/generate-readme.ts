import { readFileSync, writeFileSync } from 'node:fs';
import { format, resolveConfig } from 'prettier';
import { annotationTable } from '#core/annotations/annotation-table.ts';

/** Writes the table of annotations into README.md; with `--check` only says whether it is up to date. */
const TARGET = new URL('../README.md', import.meta.url);
const BEGIN = '<!-- annotations: npm run readme writes this table -->';
const END = '<!-- /annotations -->';

function table(): string {
  const rows = annotationTable().map(
    ({ name, values, default: preset, description }) =>
      `| \`${name}\` | ${values} | ${preset === null ? '' : `\`${preset}\``} | ${description} |`,
  );
  return ['| annotation | values | default | |', '|---|---|---|---|', ...rows].join('\n');
}

const before = readFileSync(TARGET, 'utf8');
const [begin, end] = [before.indexOf(BEGIN), before.indexOf(END)];
if (begin < 0 || end < begin) throw new Error(`README.md lacks ${BEGIN} … ${END}`);
const text = await format(`${before.slice(0, begin)}${BEGIN}\n\n${table()}\n\n${before.slice(end)}`, {
  ...(await resolveConfig(TARGET)),
  parser: 'markdown',
});
if (process.argv.includes('--check')) {
  if (before !== text) {
    process.stderr.write('README.md is not what the annotations say: run npm run readme\n');
    process.exitCode = 1;
  }
} else {
  writeFileSync(TARGET, text);
}
