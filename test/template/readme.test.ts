import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { expect } from 'chai';
import { execa } from 'execa';
import { shellCommandsIn } from '../docs/shell-commands.ts';
import { findBinary } from '../support/find-binary.ts';
import { repository } from './shrink-wrap.ts';

const README = 'template/typescript/README.md';
const faasCli = findBinary('FAAS_CLI', 'faas-cli');
const isClone = existsSync(join(repository, '.git'));
const missing =
  faasCli === undefined
    ? ' (skipped: no faas-cli on PATH or in FAAS_CLI)'
    : isClone
      ? ''
      : ' (skipped: not a git repository, which faas-cli pulls from)';

const commands = shellCommandsIn(README, await readFile(join(repository, README), 'utf8'));

/** No Docker is needed to write what it would build. */
const runnable = (text: string): string =>
  text.startsWith('faas-cli up ') ? `${text} --shrinkwrap --skip-push --skip-deploy` : text;

// As a stranger: what is committed of the template, in a folder elsewhere, with packages of the registry.
describe(`the commands of the template’s README${missing}`, function () {
  this.timeout(120_000);
  let folder: string;
  let home: string;

  before(async function () {
    if (missing !== '') this.skip();
    folder = await mkdtemp(join(tmpdir(), 'stranger-'));
    home = join(folder, 'home');
    await mkdir(home);
    await symlink(repository, join(home, 'foresize'));
    await mkdir(join(folder, 'bin'));
    if (faasCli !== undefined) await symlink(faasCli, join(folder, 'bin/faas-cli'));
    await mkdir(join(folder, 'project'));
  });
  after(async () => {
    if (missing === '') await rm(folder, { recursive: true });
  });

  const run = (text: string) =>
    execa('bash', ['-c', runnable(text)], {
      cwd: join(folder, 'project'),
      env: {
        HOME: home,
        PATH: [join(folder, 'bin'), dirname(process.execPath), process.env.PATH].join(delimiter),
        npm_config_cache: process.env.npm_config_cache ?? join(process.env.HOME ?? home, '.npm'),
        npm_config_prefer_offline: 'true',
        npm_config_registry: process.env.npm_config_registry,
        npm_config_userconfig: process.env.npm_config_userconfig ?? join(process.env.HOME ?? home, '.npmrc'),
      },
      extendEnv: false,
      reject: false,
      all: true,
    });

  it('are there', () => {
    expect(commands.length).to.be.at.least(4);
  });

  for (const { line, text } of commands) {
    it(`line ${line}: ${text}`, async function () {
      const { exitCode, all } = await run(text);
      if (/\b(ENOTFOUND|ECONNREFUSED|EAI_AGAIN|ETIMEDOUT)\b/.test(all)) this.skip();
      expect(exitCode, all).to.equal(0);
      if (text.includes('npm test')) expect(all).to.match(/pass 2\n[^]*fail 0\n/);
    });
  }

  it('leave an image’s files in build/', () => {
    const build = join(folder, 'project/build/hello');
    for (const name of ['Dockerfile', 'bundle.mjs', 'function/handler.ts', 'function/package-lock.json']) {
      expect(existsSync(join(build, name)), name).to.equal(true);
    }
  });
});
