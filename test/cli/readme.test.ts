import { readdirSync, readFileSync } from 'node:fs';
import { expect } from 'chai';
import type { CommandUnknownOpts } from '@commander-js/extra-typings';
import { z } from 'zod';
import { allCommands } from '../../cli/commands/all-commands.ts';

const read = (name: string): string => readFileSync(new URL(`../../${name}`, import.meta.url), 'utf8');
const readme = read('README.md');
const names = z.record(z.string(), z.string());
const { scripts, dependencies } = z
  .object({ scripts: names, dependencies: names })
  .parse(JSON.parse(read('package.json')));

/** Those that do something, below others or not. */
const commands = (): CommandUnknownOpts[] =>
  allCommands().flatMap((command) => (command.commands.length > 0 ? command.commands : [command]));

/** `train lstm`, `invoke`. */
const pathOf = (command: CommandUnknownOpts): string =>
  [command.parent, command].flatMap((part) => part?.name() ?? []).join(' ');

const COMMANDS = new Map(
  commands().map((command) => [
    pathOf(command),
    new Set(command.options.flatMap(({ short, long }) => [short, long])),
  ]),
);

/** The options of the command that is called. */
function optionsOf([name = '', below = '']: readonly string[]): Set<string | undefined> | undefined {
  return COMMANDS.get(`${name} ${below}`) ?? COMMANDS.get(name);
}

/** Every `foresize …` of a text, up to the end of its line or quotation. */
function callsIn(text: string): string[][] {
  return [...text.matchAll(/(?:npx |\$ |^ {0,2})foresize ([a-z][^`\n|#]*)/gm)].map(([, words = '']) =>
    words.trim().split(/\s+/),
  );
}

describe('the README', () => {
  it('begins with the two commands as they stand', () => {
    expect(
      readme
        .split('```sh')
        .slice(1, 3)
        .map((block) => block.split('```')[0]?.trim()),
    ).to.deep.equal(['npm ci && npm start', 'npm ci && npm test']);
  });

  it('names commands and options of foresize that there are, and so do the pages of docs/', () => {
    const pages = readdirSync(new URL('../../docs/', import.meta.url)).filter((name) => name.endsWith('.md'));
    const calls = [readme, ...pages.map((name) => read(`docs/${name}`))].flatMap(callsIn);
    expect(calls.length).to.be.at.least(20);
    for (const call of calls) {
      const name = call.join(' ');
      const options = optionsOf(call);
      expect(options, `foresize ${name}`).not.to.equal(undefined);
      for (const word of call.filter((text) => text.startsWith('-') && text !== '--help')) {
        expect([...(options ?? [])], `of foresize ${name}`).to.include(word.split('=')[0]);
      }
    }
  });

  it('names scripts of npm that there are, and so does CONTRIBUTING', () => {
    for (const [, name = ''] of `${readme}${read('CONTRIBUTING.md')}`.matchAll(/npm run ([\w:-]+)/g)) {
      expect(Object.keys(scripts)).to.include(name);
    }
  });

  it('says of each package that runs why it is there, and of no other', () => {
    const section = readme.split('## Packages')[1]?.split('\n## ')[0] ?? '';
    const told = section
      .split('\n')
      .filter((line) => line.startsWith('| `'))
      .flatMap((line) => [...(line.split('|')[1] ?? '').matchAll(/`([^`]+)`/g)].map(([, name]) => name));
    expect(told.sort()).to.deep.equal(Object.keys(dependencies).sort());
  });
});

describe('the help of each command', () => {
  it('gives examples whose options there are', () => {
    for (const command of commands()) {
      let help = '';
      command.configureOutput({ writeOut: (text) => (help += text) }).outputHelp();
      const calls = callsIn(help.split('Examples:')[1] ?? '');
      expect(calls.length).to.be.at.least(4);
      for (const call of calls) {
        for (const word of call.filter((text) => /^-{1,2}[a-z]/.test(text))) {
          expect([...(optionsOf(call) ?? [])], `of foresize ${call.join(' ')}`).to.include(word);
        }
      }
    }
  });
});
