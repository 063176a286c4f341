import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { ForesizeError } from '#core/errors/error.ts';
import { readSecret } from '#platform/secrets/read-secret.ts';

describe('a mounted secret', () => {
  let directory: string;

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'foresize-secret-'));
  });
  afterEach(() => {
    rmSync(directory, { recursive: true });
  });

  it('is read without the line break that editors leave', () => {
    writeFileSync(join(directory, 'foresize-key'), 'one\ntwo\n');
    expect(readSecret(directory, 'foresize-key')).to.equal('one\ntwo');
  });

  it('is named with its place where it is not mounted', () => {
    expect(() => readSecret(directory, 'foresize-key'))
      .to.throw(ForesizeError, `the secret foresize-key is not mounted at ${join(directory, 'foresize-key')}`)
      .with.property('code', 'secret-missing');
  });
});
