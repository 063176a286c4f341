import { execFile } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { bundleFunction } from '#template/bundle.ts';
import { findBinary } from '../support/find-binary.ts';
import { copyProject, linkPackages, readStack, repository, shrinkWrap } from './shrink-wrap.ts';

const run = promisify(execFile);
const faasCli = findBinary('FAAS_CLI', 'faas-cli');
const { functions } = await readStack();
const missing = faasCli === undefined ? ' (skipped: no faas-cli on PATH or in FAAS_CLI)' : '';

describe(`the template under faas-cli${missing}`, () => {
  let folder: string;

  before(async function () {
    if (faasCli === undefined) this.skip();
    folder = await mkdtemp(join(tmpdir(), 'faas-cli-'));
  });
  after(async () => {
    if (faasCli !== undefined) await rm(folder, { recursive: true });
  });

  const faas = (cwd: string, ...args: string[]) => run(faasCli ?? 'faas-cli', args, { cwd });

  it('builds every function of stack.yml to the bytes that the repository gives', async () => {
    const project = join(folder, 'project');
    await copyProject(project);
    await faas(project, 'build', '--shrinkwrap', '-f', 'stack.yml');
    for (const name of Object.keys(functions)) {
      const context = join(project, 'build', name);
      await linkPackages(context);
      await run(process.execPath, ['bundle.mjs'], { cwd: context });
      const handlerDir = join(repository, 'functions', name);
      const templateDir = join(repository, 'template/typescript');
      const here = await bundleFunction({ templateDir, handlerDir, outDir: join(folder, 'here', name) });
      const there = await readFile(join(context, 'function/dist/index.cjs'));
      expect(there.equals(await readFile(here.path)), name).to.equal(true);
    }
  });

  it('lays a function out as the tests without faas-cli do', async () => {
    const ours = join(folder, 'ours');
    await shrinkWrap('qrcode', ours);
    const theirs = join(folder, 'theirs');
    await copyProject(theirs);
    await faas(theirs, 'build', '--shrinkwrap', '-f', 'stack.yml', '--filter', 'qrcode');
    const { stdout } = await run('diff', ['-r', ours, join(theirs, 'build/qrcode')]);
    expect(stdout).to.equal('');
  });

  it('makes a new function whose types and tests pass, in its own folder and in the image’s layout', async () => {
    const project = join(folder, 'new');
    await cp(join(repository, 'template'), join(project, 'template'), { recursive: true });
    await faas(project, 'new', '--lang', 'typescript', 'hello', '--quiet');
    await faas(project, 'build', '--shrinkwrap', '-f', 'stack.yaml');
    await symlink(join(repository, 'node_modules'), join(project, 'hello/node_modules'));
    await linkPackages(join(project, 'build/hello'));
    for (const place of ['hello', 'build/hello/function']) {
      const { stdout } = await run('npm', ['test'], { cwd: join(project, place) });
      expect(stdout, place).to.match(/pass 2\n[^]*fail 0\n/);
    }
  });
});
