import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { bundleFunction } from '#template/bundle.ts';
import { runBundle, type FunctionProcess } from './function-process.ts';

const templateDir = join(import.meta.dirname, '../../template/typescript');
const handlerDir = join(import.meta.dirname, 'fixtures');

describe('the process of a function', () => {
  let folder: string;
  let bundle: string;
  let running: FunctionProcess[] = [];

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'serve-'));
    bundle = (await bundleFunction({ templateDir, handlerDir, outDir: folder })).path;
  });
  afterEach(() => {
    for (const { child } of running) child.kill('SIGKILL');
    running = [];
  });
  after(() => rm(folder, { recursive: true }));

  function run(environment: Record<string, string> = {}): FunctionProcess {
    const started = runBundle(bundle, environment);
    running.push(started);
    return started;
  }

  it('answers from its bundle alone, with what it loads lazily inside', async () => {
    const url = await run().url();
    expect(await (await fetch(`${url}/lazy`)).text()).to.equal('loaded when it was asked for');
  });

  it('says when it is ready, where, and what starting cost', async () => {
    const ready = await run().logged('ready');
    expect(ready.port).to.be.above(0);
    expect(ready.cpuSeconds).to.be.above(0);
    expect(ready.wallSeconds).to.be.above(0);
  });

  it('finishes the call in flight at SIGTERM, stops the function, and exits 0', async () => {
    const process = run();
    const url = await process.url();
    const call = fetch(`${url}/wait?ms=400`).then((response) => response.text());
    await process.logged('fixture waits');
    process.child.kill('SIGTERM');
    await process.logged('draining');
    expect((await fetch(`${url}/_/health`)).status).to.equal(503);
    expect(await call).to.equal('waited');
    expect(await process.exited()).to.deep.equal({ code: 0, signal: null });
    expect(process.log.map(({ msg }) => msg).slice(-3)).to.deep.equal([
      'draining',
      'fixture stopped',
      'stopped',
    ]);
  });

  it('does not wait longer than DRAIN_TIMEOUT, tells the call, and exits 1', async () => {
    const process = run({ DRAIN_TIMEOUT: '100ms' });
    const call = fetch(`${await process.url()}/wait?ms=60000`).then((response) => response.text());
    await process.logged('fixture waits');
    process.child.kill('SIGTERM');
    expect(await call).to.equal('aborted');
    expect((await process.exited()).code).to.equal(1);
    expect(process.log.at(-1)).to.include({ msg: 'stopped', finished: false });
  });

  it('ends with one line saying why if the function can not start', async () => {
    const process = run({ FAIL_START: '1' });
    expect((await process.exited()).code).to.equal(1);
    expect(process.log).to.have.length(1);
    expect(process.log[0]).to.have.nested.property('err.message', 'the database is not there');
  });

  it('ends with one line naming a wrong setting', async () => {
    const process = run({ MAX_BODY_SIZE: 'huge' });
    expect((await process.exited()).code).to.equal(1);
    expect(process.log[0]).to.have.nested.property('err.message').that.includes('MAX_BODY_SIZE=huge is not');
  });

  it('ends with one line naming a port in use', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    // The type of a TCP server's address; a pipe's would be a string.
    const { port } = other.address() as AddressInfo;
    const process = run({ PORT: String(port) });
    expect((await process.exited()).code).to.equal(1);
    expect(process.log.at(-1)).to.have.nested.property('err.code', 'EADDRINUSE');
    other.close();
  });

  it('logs an error that nobody caught, and ends', async () => {
    const process = run();
    await fetch(`${await process.url()}/crash`).catch(() => undefined);
    expect((await process.exited()).code).to.equal(1);
    expect(process.log.at(-1)).to.have.nested.property('err.message', 'nobody caught this');
  });
});
