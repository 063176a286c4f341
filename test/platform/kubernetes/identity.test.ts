import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { ForesizeError } from '#core/errors/error.ts';
import { connectAs, readIdentity } from '#platform/kubernetes/identity.ts';

describe('readIdentity', () => {
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'identity-'));
    for (const [name, text] of Object.entries({
      token: 'abc\n',
      'ca.crt': 'PEM',
      namespace: 'openfaas-fn',
    })) {
      writeFileSync(join(directory, name), text);
    }
  });
  afterEach(() => {
    rmSync(directory, { recursive: true });
  });

  it('reads the three files that Kubernetes mounts', async () => {
    const { headers, ...identity } = readIdentity(directory);
    expect(identity).to.deep.equal({ caPem: 'PEM', namespace: 'openfaas-fn' });
    expect(await headers()).to.deep.equal({ authorization: 'Bearer abc' });
  });

  it('has the token of a secret that was made again', async () => {
    const { headers } = readIdentity(directory);
    writeFileSync(join(directory, 'token'), 'def');
    expect(await headers()).to.deep.equal({ authorization: 'Bearer def' });
  });

  it('gives a connection in the namespace of the identity', () => {
    const connection = connectAs(directory, { host: '::1', port: 6443 });
    expect(connection).to.include({ address: 'https://[::1]:6443', namespace: 'openfaas-fn' });
    connection.close();
  });

  for (const file of ['token', 'ca.crt', 'namespace']) {
    it(`names the file ${file} where it is absent or empty`, () => {
      writeFileSync(join(directory, file), ' \n');
      expect(() => readIdentity(directory))
        .to.throw(ForesizeError, join(directory, file))
        .with.property('code', 'identity-missing');
      rmSync(join(directory, file));
      expect(() => readIdentity(directory))
        .to.throw(ForesizeError, join(directory, file))
        .with.property('code', 'identity-missing');
    });
  }
});
