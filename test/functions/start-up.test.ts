import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { bundleFunction } from '#template/bundle.ts';
import { runBundle } from '../template/function-process.ts';

const KEY = Buffer.alloc(32, 7).toString('base64');
const IDENTITY = { token: 'abc', 'ca.crt': 'PEM', namespace: 'openfaas-fn' };

for (const name of ['collect-metrics', 'apply-resources']) {
  describe(`the start of ${name}`, () => {
    let directory: string;
    let path: string;
    let secrets: string;

    before(async () => {
      directory = mkdtempSync(join(tmpdir(), 'foresize-start-'));
      const bundle = await bundleFunction({
        templateDir: 'template/typescript',
        handlerDir: `functions/${name}`,
        outDir: join(directory, 'dist'),
      });
      path = bundle.path;
    });
    after(() => {
      rmSync(directory, { recursive: true });
    });
    beforeEach(() => {
      secrets = mkdtempSync(join(directory, 'secrets-'));
    });

    const mount = (files: Readonly<Record<string, string>>): void => {
      for (const [file, text] of Object.entries(files)) writeFileSync(join(secrets, file), text);
    };

    /** Its exit code and the one line it logged. */
    async function failure(environment: Record<string, string> = {}): Promise<string> {
      const running = runBundle(path, { SECRETS_PATH: secrets, ...environment });
      expect(await running.exited()).to.deep.equal({ code: 1, signal: null });
      expect(running.log).to.have.length(1);
      const [line] = running.log;
      expect(line?.level).to.equal('error');
      return JSON.stringify(line);
    }

    it('fails without an identity, naming the file', async () => {
      mount({ 'foresize-key': KEY });
      expect(await failure()).to.include(`${join(secrets, 'token')} cannot be read`);
    });

    it('fails without the key, naming the secret', async () => {
      mount(IDENTITY);
      expect(await failure()).to.include('the secret foresize-key is not mounted');
    });

    it('fails with a key that is too short, and does not show it', async () => {
      mount({ ...IDENTITY, 'foresize-key': 'c2hvcnQ=' });
      const line = await failure();
      expect(line).to.include('a key of foresize-key has 5 bytes; 32 are needed');
      expect(line).not.to.include('c2hvcnQ');
    });

    it('fails with wrong variables, naming each and its value', async () => {
      mount({ ...IDENTITY, 'foresize-key': KEY });
      const line = await failure({ CYCLE_PERIOD: 'often', INSTALLATION: 'a/b' });
      expect(line)
        .to.include(String.raw`CYCLE_PERIOD=\"often\": `)
        .and.include(String.raw`INSTALLATION=\"a/b\": `);
    });
  });
}
