import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { z } from 'zod';
import { bundleFunction } from '#template/bundle.ts';
import { linkPackages, readStack, repository, shrinkWrap } from './shrink-wrap.ts';

const run = promisify(execFile);
const templateDir = join(repository, 'template/typescript');
const { functions } = await readStack();

describe('a bundle', () => {
  let folder: string;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'bundle-'));
  });
  after(() => rm(folder, { recursive: true }));

  for (const name of Object.keys(functions)) {
    it(`of ${name} is the same bytes from the repository and from the shrink-wrapped layout`, async () => {
      const handlerDir = join(repository, 'functions', name);
      const here = await bundleFunction({ templateDir, handlerDir, outDir: join(folder, name, 'here') });
      const context = join(folder, name, 'build');
      await shrinkWrap(name, context);
      await linkPackages(context);
      await run(process.execPath, ['bundle.mjs'], { cwd: context });
      const there = await readFile(join(context, 'function/dist/index.cjs'));
      expect(there.equals(await readFile(here.path))).to.equal(true);
      expect(there.includes(repository)).to.equal(false);
      expect(here.bytes).to.equal(there.length);
    });
  }

  it('leaves nothing half-written beside it', async () => {
    const outDir = join(folder, 'out');
    await bundleFunction({ templateDir, handlerDir: join(templateDir, 'function'), outDir });
    expect(await readdir(outDir)).to.have.members(['index.cjs', 'index.cjs.LEGAL.txt']);
  });

  it('takes the folders model and static along, as they are now', async () => {
    const handlerDir = join(folder, 'along');
    const outDir = join(folder, 'along-out');
    await mkdir(join(handlerDir, 'model'), { recursive: true });
    await writeFile(
      join(handlerDir, 'handler.ts'),
      `import { readFileSync } from 'node:fs';
       export default () => ({ body: readFileSync(new URL('./model/weights.bin', import.meta.url)) });`,
    );
    for (const weights of ['old', 'new']) {
      await writeFile(join(handlerDir, 'model', 'weights.bin'), weights);
      if (weights === 'old') await writeFile(join(handlerDir, 'model', 'gone'), '');
      else await rm(join(handlerDir, 'model', 'gone'));
      await bundleFunction({ templateDir, handlerDir, outDir });
    }
    expect(await readdir(outDir)).to.have.members(['index.cjs', 'index.cjs.LEGAL.txt', 'model']);
    expect(await readdir(join(outDir, 'model'))).to.deep.equal(['weights.bin']);
    expect(await readFile(join(outDir, 'model/weights.bin'), 'utf8')).to.equal('new');
  });

  it('that can not be made names the file and line, and leaves the one before', async () => {
    const handlerDir = join(folder, 'broken');
    const outDir = join(handlerDir, 'dist');
    await mkdir(outDir, { recursive: true });
    await writeFile(join(outDir, 'index.cjs'), 'before');
    await writeFile(join(handlerDir, 'handler.ts'), `export default 1;\nimport './missing.ts';\n`);
    const failure: unknown = await bundleFunction({ templateDir, handlerDir, outDir }).catch(
      (error: unknown) => error,
    );
    expect(String(failure)).to.match(/broken\/handler\.ts:2:\d+: ERROR: Could not resolve "\.\/missing\.ts"/);
    expect(await readFile(join(outDir, 'index.cjs'), 'utf8')).to.equal('before');
  });

  it('gives a handler that imports a package Express uses the real one', async () => {
    const handlerDir = join(folder, 'media');
    await mkdir(handlerDir);
    await symlink(join(repository, 'node_modules'), join(handlerDir, 'node_modules'));
    await writeFile(
      join(handlerDir, 'handler.js'),
      `export default async () => ({ body: await import('mime-types') });`,
    );
    const { path } = await bundleFunction({ templateDir, handlerDir, outDir: join(handlerDir, 'dist') });
    expect(await readFile(path, 'utf8')).to.include('application/vnd.');
  });
});

describe('the template’s packages', () => {
  const lockfile = z.object({
    packages: z.record(z.string(), z.looseObject({ version: z.string().optional() })),
  });
  const readVersions = async (path: string) => {
    const { packages } = lockfile.parse(JSON.parse(await readFile(join(repository, path), 'utf8')));
    return Object.entries(packages).flatMap(([name, { version }]) =>
      name === '' ? [] : [`${name} ${String(version)}`],
    );
  };

  it('are the versions that the repository is tested with', async () => {
    const tested = await readVersions('package-lock.json');
    expect(tested).to.include.members(await readVersions('template/typescript/package-lock.json'));
    expect(tested).to.include.members(await readVersions('template/typescript/function/package-lock.json'));
  });

  it('are locked without the address they came from', async () => {
    for (const folder of ['', 'function/']) {
      const lock = await readFile(join(templateDir, folder, 'package-lock.json'), 'utf8');
      expect(lock).not.to.include('"resolved"');
    }
  });
});
