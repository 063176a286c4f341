import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { expect } from 'chai';

/**
 * Holds what a command printed against `test/cli/golden/NAME.txt`. With UPDATE_GOLDEN=1 in the environment that file is
 * written instead: then `git diff` shows what came out otherwise.
 */
export function expectGolden(name: string, text: string): void {
  const file = new URL(`${name}.txt`, import.meta.url);
  if (process.env.UPDATE_GOLDEN === '1') writeFileSync(file, text);
  const known = existsSync(file) ? readFileSync(file, 'utf8') : `${name}.txt is not there: UPDATE_GOLDEN=1`;
  expect(text).to.equal(known);
}

/** The same of one line of JSON, which is kept indented. */
export function expectGoldenJson(name: string, text: string): void {
  expect(text).to.match(/^[^\n]+\n$/);
  expectGolden(name, `${JSON.stringify(JSON.parse(text), null, 2)}\n`);
}
