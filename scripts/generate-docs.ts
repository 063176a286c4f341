import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { format, resolveConfig } from 'prettier';
import { annotationsSection } from './docs/annotations.ts';
import { commandsSection } from './docs/commands.ts';
import { stackSection, variablesSection } from './docs/configuration.ts';
import { errorsSection } from './docs/errors.ts';
import { fillSections } from './docs/fill-sections.ts';

/** Writes the generated sections of README.md and docs/; with `--check` only says which are not up to date. */
const ROOT = new URL('../', import.meta.url);
const SECTIONS = {
  annotations: annotationsSection,
  commands: commandsSection,
  errors: errorsSection,
  stack: stackSection,
  variables: variablesSection,
};

const pages = readdirSync(new URL('docs/', ROOT), { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.md'))
  .map((path) => `docs/${path}`);

for (const page of ['README.md', ...pages.sort()]) {
  const target = new URL(page, ROOT);
  const before = readFileSync(target, 'utf8');
  const filled = await fillSections(before, SECTIONS);
  if (filled === before) continue;
  const text = await format(filled, { ...(await resolveConfig(target)), parser: 'markdown' });
  if (text === before) continue;
  if (process.argv.includes('--check')) {
    process.stderr.write(`${page} is not what the code says: run npm run docs\n`);
    process.exitCode = 1;
  } else {
    writeFileSync(target, text);
  }
}
