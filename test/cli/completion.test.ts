import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { expect } from 'chai';
import { allCommands } from '../../cli/commands/all-commands.ts';
import { eventually } from '../support/eventually.ts';
import { findBinary } from '../support/find-binary.ts';
import { foresize } from './foresize.ts';

const bash = findBinary('BASH', 'bash');
const fish = findBinary('FISH', 'fish');
const zsh = findBinary('ZSH', 'zsh');
const script = findBinary('SCRIPT', 'script');

const without = (name: string, path: string | undefined): string =>
  path === undefined ? ` (no ${name} on PATH)` : '';

describe('foresize completion', () => {
  let folder = '';
  const scriptOf = (shell: string): string => join(folder, `foresize.${shell}`);

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'foresize-completion-'));
    writeFileSync(join(folder, 'a file.yml'), '');
    for (const shell of ['bash', 'fish', 'zsh']) {
      const { stdout, exitCode } = await foresize('completion', shell);
      expect(exitCode).to.equal(0);
      writeFileSync(scriptOf(shell), `${stdout}\n`);
    }
  });
  after(() => {
    rmSync(folder, { recursive: true });
  });

  it('names the shells that there are', async () => {
    const { exitCode, stderr } = await foresize('completion', 'csh');
    expect(exitCode).to.equal(2);
    expect(stderr).to.include('Allowed choices are bash, zsh, fish');
  });

  /** What each shell must find, in the folder with `a file.yml` and the three scripts. */
  const CASES: readonly (readonly [line: string, found: readonly string[]])[] = [
    ['foresize re', ['recommend', 'record', 'reference', 'replay', 'restore']],
    ['foresize train ', ['lstm', 'seed-lstm']],
    ['foresize train lstm --back', ['--backend']],
    ['foresize train lstm --backend ', ['cpu', 'native', 'wasm']],
    ['foresize completion ', ['bash', 'fish', 'zsh']],
    ['foresize recommend --quiet --min-confidence ', ['high', 'low', 'medium']],
    ['foresize recommend --stack foresize.b', ['foresize.bash']],
    ['foresize explain qrcode --log one two foresize.z', ['foresize.zsh']],
    ['foresize describe foresize.f', ['foresize.fish']],
    ['foresize recommend --context ', []],
  ];

  describe(`in bash${without('bash', bash)}`, () => {
    before(function () {
      if (bash === undefined) this.skip();
    });

    /** As readline calls it: the words of the line up to the cursor, which stands in the last. */
    function complete(line: string): string[] {
      const words = line.replace('=', ' = ').split(' ');
      const program = `source "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _foresize; printf '%s\\n' "\${COMPREPLY[@]}"`;
      const options = { cwd: folder, encoding: 'utf8' } as const;
      const text = execFileSync(bash ?? '', ['-c', program, 'bash', scriptOf('bash'), ...words], options);
      return text.split('\n').filter((word) => word !== '');
    }

    for (const [line, found] of CASES) {
      it(`finds ${found.join(', ') || 'nothing'} after "${line}"`, () => {
        expect(complete(line).sort()).to.deep.equal(found);
      });
    }

    it('finds all commands and all options that commander has, and no others', () => {
      const commands = allCommands();
      expect(complete('foresize ').sort()).to.deep.equal(commands.map((one) => one.name()).sort());
      for (const command of commands.filter((one) => one.commands.length === 0)) {
        const names = command.options.flatMap(({ short, long }) => [short, long]).filter(Boolean);
        expect(complete(`foresize ${command.name()} -`), command.name()).to.have.members([
          ...names,
          '-h',
          '--help',
        ]);
      }
    });

    it('takes a value after an equals sign, and a name with a space', () => {
      expect(complete('foresize recommend --format=c')).to.deep.equal(['csv']);
      expect(complete('foresize up --stack a')).to.deep.equal(['a file.yml']);
    });

    it(`does so at a terminal${without('script', script)}`, async function () {
      if (script === undefined) this.skip();
      const terminal = inTerminal(script, `'${bash}' --norc --noprofile -i`, folder);
      try {
        terminal.type(`source ${scriptOf('bash')}; echo ready$((1))\n`);
        await terminal.shows('ready1');
        terminal.type('foresize trai\tlst\t--backend wa\t');
        await terminal.shows('foresize train lstm --backend wasm');
      } finally {
        await terminal.end();
      }
    });
  });

  describe(`in fish${without('fish', fish)}`, () => {
    before(function () {
      if (fish === undefined) this.skip();
    });

    for (const [line, found] of CASES) {
      it(`finds ${found.join(', ') || 'nothing'} after "${line}"`, () => {
        const program = `source ${scriptOf('fish')}; complete -C '${line}'`;
        const text = execFileSync(fish ?? '', ['--no-config', '-c', program], {
          cwd: folder,
          encoding: 'utf8',
        });
        const words = text.split('\n').map((told) => told.split('\t')[0] ?? '');
        expect(words.filter((word) => word !== '').sort()).to.deep.equal(found);
      });
    }
  });

  describe(`in zsh${without('zsh', zsh)}${without('script', script)}`, () => {
    let terminal: Terminal;
    before(function () {
      if (zsh === undefined || script === undefined) this.skip();
    });
    beforeEach(() => {
      terminal = inTerminal(script ?? '', `'${zsh}' -f -i`, folder);
      terminal.type(`autoload -U compinit; compinit -D -u; source ${scriptOf('zsh')}; print ready$((1))\n`);
    });
    afterEach(() => terminal.end());

    for (const [line, found] of CASES.filter(([, words]) => words.length === 1)) {
      it(`writes ${found.join('')} after "${line}"`, async () => {
        await terminal.shows('ready1');
        terminal.type(`${line}\t`);
        await terminal.shows(`${line.slice(0, line.lastIndexOf(' '))} ${found.join('')}`);
      });
    }

    it('shows commands with what they do', async () => {
      await terminal.shows('ready1');
      terminal.type('foresize train \t\t');
      await terminal.shows("-- Foresize's own network, one for every function");
    });
  });
});

interface Terminal {
  type(keys: string): void;
  /** Waits for a text, whatever the shell moves or colours. */
  shows(text: string): Promise<unknown>;
  end(): Promise<unknown>;
}

/** A program in a pseudo-terminal. */
function inTerminal(script: string, command: string, cwd: string): Terminal {
  const child: ChildProcess = spawn(script, ['-qefc', `stty cols 200; exec ${command}`, '/dev/null'], {
    cwd,
    env: { ...process.env, TERM: 'xterm-256color', PS1: '$ ' },
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  let text = '';
  child.stdout?.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
  const ended = once(child, 'close');
  return {
    type: (keys) => child.stdin?.write(keys),
    shows: (wanted) => eventually(() => written(text).includes(wanted), { timeoutMs: 10_000 }),
    end: () => {
      child.kill('SIGKILL');
      return ended;
    },
  };
}

/** What stands there once backspaces and escapes are carried out, as far as shells that only append need it. */
function written(text: string): string {
  const line: string[] = [];
  for (const character of stripVTControlCharacters(text)) {
    if (character === '\b') line.pop();
    else if (character !== '\u0007') line.push(character);
  }
  return line.join('');
}
