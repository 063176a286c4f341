import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { readDataSet } from '../../../training/data/read-data-set.ts';
import {
  differenceOf,
  downloadReference,
  REFERENCE_FILES,
  REFERENCE_URL,
  type ReferenceFile,
} from '../../../training/data/reference.ts';
import { serveExpositions, type ExpositionServer } from '../../platform/sources/exposition-server.ts';
import { failure } from '../../support/failure.ts';
import { hasReference, REFERENCE_FOLDER } from '../../support/reference-data.ts';
import { temporaryFiles, type TemporaryFiles } from './temporary-files.ts';

const { signal } = new AbortController();

/** A file of the right form with made-up numbers. */
function standIn({ header, rows }: ReferenceFile, count = rows): string {
  const row = header === null ? '1672561201347\n' : '1672557210000,1\n';
  return `${header === null ? '' : `\uFEFF${header}\n`}${row.repeat(count)}\n`;
}

describe('the download of the reference data set', () => {
  let files: TemporaryFiles;
  let server: ExpositionServer;

  beforeEach(async () => {
    files = temporaryFiles();
    server = await serveExpositions();
    for (const file of REFERENCE_FILES) server.set(`/copy/${file.source}`, standIn(file));
  });

  afterEach(async () => {
    await server.close();
    files.remove();
  });

  async function refused(): Promise<string> {
    const to = join(files.folder, 'to');
    const error = await failure(downloadReference(to, `${server.origin}/copy/`, signal));
    expect(existsSync(to), 'nothing is written').to.equal(false);
    return `${error.code}: ${error.message}`;
  }

  it('writes nothing where a file is missing, and says which', async () => {
    server.set('/copy/invoker/log.csv', 'gone', 404);
    for (const file of REFERENCE_FILES.slice(0, 2)) server.set(`/copy/${file.source}`, standIn(file), 404);
    expect(await refused()).to.match(/^http-refused: GET .*\/copy\/\S+ answered 404/);
  });

  for (const [what, change, message] of [
    ['another header', () => '"time","cpu"\n1,2\n', 'begins with "time,cpu", not Time,cpu_usage'],
    ['fewer rows', (file: ReferenceFile) => standIn(file, 1110), 'has 1110 rows, not 1111'],
    ['other values', standIn, 'has the right form but other values: SHA-256 '],
  ] as const) {
    it(`refuses ${what}, saying in which file`, async () => {
      const [file] = REFERENCE_FILES;
      const text = change(file!);
      const difference = differenceOf(file!, Buffer.from(text));
      expect(difference).to.include(message);
      for (const other of REFERENCE_FILES) server.set(`/copy/${other.source}`, change(other));
      expect(await refused()).to.match(/^reference-changed: http:\/\/\S+\.csv (?:begins|has)/);
    });
  }

  it('names a commit, so that what is published there cannot change', () => {
    expect(REFERENCE_URL).to.match(/\/[0-9a-f]{40}$/);
  });

  it('writes the three files as the tests read them (needs the reference data set)', async function () {
    if (!hasReference()) this.skip();
    for (const { source, name } of REFERENCE_FILES) {
      server.set(`/copy/${source}`, readFileSync(join(REFERENCE_FOLDER, name), 'utf8'));
    }
    const to = join(files.folder, 'to');
    await downloadReference(to, `${server.origin}/copy`, signal);
    expect(readdirSync(to).sort()).to.deep.equal(['cpu_usage.csv', 'invocations.csv', 'memory_usage.csv']);
    for (const { name } of REFERENCE_FILES) {
      expect(readFileSync(join(to, name)).equals(readFileSync(join(REFERENCE_FOLDER, name))), name).to.equal(
        true,
      );
    }
    expect((await readDataSet([to])).histories[0]?.cpuCores).to.have.length(1111);
  });
});
