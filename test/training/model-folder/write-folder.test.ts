import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { ForesizeError } from '#core/errors/error.ts';
import { writeFolder } from '../../../training/model-folder/write-folder.ts';

describe('a folder of a model', () => {
  let parent: string;

  beforeEach(() => {
    parent = mkdtempSync(join(tmpdir(), 'foresize-folder-'));
  });
  afterEach(() => {
    rmSync(parent, { recursive: true });
  });

  const refusal = async (folder: string, files: Record<string, string>): Promise<string> => {
    const error: unknown = await writeFolder(folder, files).catch((reason: unknown) => reason);
    if (error instanceof ForesizeError && error.code === 'model-unwritable') return error.message;
    throw new Error(`it was not refused: ${String(error)}`);
  };

  it('is made with all above it, and nothing else is left there', async () => {
    await writeFolder(join(parent, 'a/b'), { 'model.json': '{}', 'weights.bin': Uint8Array.of(1, 2, 3) });
    expect(readFileSync(join(parent, 'a/b/model.json'), 'utf8')).to.equal('{}');
    expect([...readFileSync(join(parent, 'a/b/weights.bin'))]).to.deep.equal([1, 2, 3]);
    expect(readdirSync(join(parent, 'a'))).to.deep.equal(['b']);
  });

  it('takes the place of the one before as a whole', async () => {
    const folder = join(parent, 'model');
    await writeFolder(folder, { old: '1', both: '1' });
    await writeFolder(folder, { new: '2', both: '2', old: '2' });
    expect(readdirSync(folder).sort()).to.deep.equal(['both', 'new', 'old']);
    expect(readFileSync(join(folder, 'both'), 'utf8')).to.equal('2');
    expect(readdirSync(parent)).to.deep.equal(['model']);
  });

  it('loses the pictures of its plots with the plots', async () => {
    const folder = join(parent, 'model');
    await writeFolder(folder, { 'cpu.svg': '1', 'cpu.png': '1' });
    await writeFolder(folder, { 'cpu.svg': '2' });
    expect(readdirSync(folder)).to.deep.equal(['cpu.svg']);
    expect(await refusal(folder, { 'memory.svg': '3' })).to.contain('cpu.svg');
  });

  it('is not written over what is not its own', async () => {
    writeFileSync(join(parent, 'notes.txt'), 'mine');
    expect(await refusal(parent, { 'model.json': '{}' })).to.contain('notes.txt, which would be lost');
    expect(readdirSync(parent)).to.deep.equal(['notes.txt']);
  });

  it('stays as it was where a file cannot be written', async () => {
    const folder = join(parent, 'model');
    await writeFolder(folder, { 'model.json': 'before' });
    expect(await refusal(folder, { 'model.json': 'after', 'no/such/folder': 'x' })).to.contain('ENOENT');
    expect(readFileSync(join(folder, 'model.json'), 'utf8')).to.equal('before');
    expect(readdirSync(parent)).to.deep.equal(['model']);
  });

  it('is refused where a file stands', async () => {
    mkdirSync(join(parent, 'in'));
    writeFileSync(join(parent, 'in/model'), 'a file');
    expect(await refusal(join(parent, 'in/model'), { 'model.json': '{}' })).to.contain('ENOTDIR');
    expect(readFileSync(join(parent, 'in/model'), 'utf8')).to.equal('a file');
  });
});
