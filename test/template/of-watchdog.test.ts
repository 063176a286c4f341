import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import getPort from 'get-port';
import { bundleFunction } from '#template/bundle.ts';
import { findBinary } from '../support/find-binary.ts';
import { eventually } from '../support/eventually.ts';
import { repository } from './shrink-wrap.ts';

const watchdog = findBinary('OF_WATCHDOG', 'of-watchdog');
const missing = watchdog === undefined ? ' (skipped: no of-watchdog on PATH or in OF_WATCHDOG)' : '';
const templateDir = join(repository, 'template/typescript');

/** Ends what is left of a watchdog and its function. */
function endGroup({ pid }: ChildProcess): void {
  if (pid === undefined) return;
  try {
    globalThis.process.kill(-pid, 'SIGKILL');
  } catch {
    // Both are gone.
  }
}

describe(`a function behind of-watchdog${missing}`, () => {
  let folder: string;
  let process: ChildProcess;
  let url: string;

  before(async function () {
    if (watchdog === undefined) this.skip();
    folder = await mkdtemp(join(tmpdir(), 'watchdog-'));
    await bundleFunction({ templateDir, handlerDir: join(templateDir, 'function'), outDir: folder });
    const [port, own, metrics] = [await getPort(), await getPort(), await getPort()];
    url = `http://127.0.0.1:${port}`;
    process = spawn(watchdog, {
      cwd: folder,
      stdio: 'ignore',
      // A group of its own, so that the function can be ended with it.
      detached: true,
      env: {
        PATH: globalThis.process.env.PATH,
        TMPDIR: folder,
        mode: 'http',
        fprocess: 'node index.cjs',
        upstream_url: `http://127.0.0.1:${own}`,
        port: String(port),
        metrics_port: String(metrics),
        ready_path: '/_/ready',
        healthcheck_interval: '1s',
        PORT: String(own),
        DRAIN_DELAY: '2s',
      },
    });
    await eventually(async () => (await fetch(`${url}/_/ready`)).status === 200, { timeoutMs: 10_000 });
  });
  after(async () => {
    if (watchdog === undefined) return;
    endGroup(process);
    await rm(folder, { recursive: true });
  });

  const post = (body: string | Buffer) => fetch(url, { method: 'POST', body });

  it('answers, and passes its errors on as they are', async () => {
    expect(await (await post('{"name":"Ada"}')).json()).to.deep.equal({ message: 'Hello, Ada' });
    const missingName = await post('{}');
    expect(missingName.status).to.equal(400);
    expect(await missingName.json()).to.include({ code: 'name-missing' });
    const large = await post(Buffer.alloc(200_000));
    expect(large.status).to.equal(413);
    expect(await large.json()).to.include({ code: 'body-too-large' });
  });

  it('loses no call while both stop, and stops cleanly', async () => {
    const exit = once(process, 'exit');
    process.kill('SIGTERM');
    await eventually(async () => (await fetch(`${url}/_/health`)).status === 503);
    expect(await (await post('{"name":"Late"}')).json()).to.deep.equal({ message: 'Hello, Late' });
    expect(await exit).to.deep.equal([0, null]);
  });
});
