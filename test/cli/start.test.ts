import { readdirSync, readFileSync } from 'node:fs';
import { expect } from 'chai';

const folder = new URL('../../cli/', import.meta.url);
const DEFINITIONS = [
  ...readdirSync(new URL('commands/', folder))
    .filter((name) => name !== 'all-commands.ts')
    .map((name) => `commands/${name}`),
  ...['models/models.ts', 'models/lstm.ts', 'models/seed-lstm.ts'],
];

/** What options and help are made of; it loads in no time. */
const LIGHT = [
  /^@commander-js\//,
  /^#core\/(units|errors)\//,
  /^#core\/recommend\/recommendation\.ts$/,
  /^#platform\/configuration\/fields\.ts$/,
  /^\.\.\/models\/(models|whole-number)\.ts$/,
  /^\.\.\/observe\/target-options\.ts$/,
  /^\.\/(lstm|seed-lstm|rows|whole-number)\.ts$/,
  /^\.\.\/\.\.\/invoker\/arrivals\.ts$/,
  /^\.\.\/\.\.\/training\/data\/prometheus\/manifest\.ts$/,
];

describe('the start of foresize', () => {
  it('loads options and help of every command, and what it does only when it is run', () => {
    for (const file of DEFINITIONS) {
      const text = readFileSync(new URL(file, folder), 'utf8');
      const imported = [...text.matchAll(/^import (?!type )[^;]*? from '([^']+)';/gm)].map(
        ([, from = '']) => from,
      );
      expect(imported.length, file).to.be.at.least(1);
      for (const from of imported) {
        expect(
          LIGHT.some((pattern) => pattern.test(from)),
          `${file} imports ${from}`,
        ).to.equal(true);
      }
    }
  });
});
