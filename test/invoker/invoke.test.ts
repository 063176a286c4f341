import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type RequestListener, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { invoke, type InvokeOptions } from '../../invoker/invoke.ts';

const servers: Server[] = [];
let folder = '';

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}/function/qrcode`;
}

/** Ten calls within half a second. */
function load(url: string, change: Partial<InvokeOptions> = {}): InvokeOptions {
  return {
    target: { url, timeoutMs: 10_000 },
    ...{ pattern: 'constant', ratePerMinute: 1200, durationMs: 500, periodMs: 1000, seed: 1 },
    payload: { kind: 'uniform', least: 8, most: 8 },
    concurrency: 4,
    ...change,
  };
}

const linesOf = async (path: string): Promise<string[]> =>
  (await readFile(path, 'utf8')).trimEnd().split('\n');

describe('invoking a function over HTTP', () => {
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'foresize-invoke-'));
  });

  afterEach(async () => {
    for (const server of servers.splice(0)) {
      server.closeAllConnections();
      server.close();
    }
    await rm(folder, { recursive: true });
  });

  it('posts every payload, writes down every call, and sums up', async () => {
    const bodies: string[] = [];
    const url = await serve((request, response) => {
      request.setEncoding('utf8').on('data', (text: string) => bodies.push(text));
      request.on('end', () => response.end('answer'));
    });
    const [log, calls] = [join(folder, 'a/log.csv'), join(folder, 'calls.csv')];
    const before = Date.now();
    const summary = await invoke(load(url, { record: { log, calls } }));
    expect(summary).to.include({ calls: 10, ok: 10, errors: 0, unsent: 0 });
    expect(bodies.map((body) => body.length)).to.deep.equal(new Array(10).fill(8));
    const times = (await linesOf(log)).map(Number);
    expect(times).to.have.length(10);
    for (const time of times) expect(time).to.be.within(before - 1000, Date.now() + 1000);
    const [header, ...rows] = await linesOf(calls);
    expect(header).to.equal('due_ms,sent_ms,latency_ms,payload_bytes,outcome,status');
    expect(rows).to.have.length(10);
    for (const row of rows) expect(row).to.match(/^\d{13},\d{13},\d+\.\d,8,ok,200$/);
  });

  it('counts refusals, dropped connections and timeouts, each as what it is', async () => {
    let call = 0;
    const url = await serve((request, response) => {
      const turn = call++ % 3;
      if (turn === 0) response.writeHead(503).end();
      else if (turn === 1) request.socket.destroy();
    });
    const options = load(url, { target: { url, timeoutMs: 200 }, durationMs: 300 });
    const { outcomes, statuses, errors } = await invoke(options);
    expect(outcomes).to.deep.equal({ ok: 0, refused: 2, timeout: 2, failed: 2, cancelled: 0 });
    expect(statuses).to.deep.equal({ 503: 2 });
    expect(errors).to.equal(6);
  });

  it('tells of each call as it ends', async () => {
    const url = await serve((_request, response) => response.end());
    const numbers: number[] = [];
    const totals: number[] = [];
    await invoke(
      load(url, {
        concurrency: 1,
        onCall: (call, summary) => {
          numbers.push(call.number);
          totals.push(summary().calls);
        },
      }),
    );
    expect(numbers).to.deep.equal([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect(totals).to.deep.equal(numbers);
  });

  it('leaves complete files when it is ended midway', async () => {
    const ending = new AbortController();
    let seen = 0;
    const url = await serve((_request, response) => {
      if (++seen < 4) response.end();
      else ending.abort();
    });
    const [log, calls] = [join(folder, 'log.csv'), join(folder, 'calls.csv')];
    const options = load(url, { durationMs: 3_600_000, record: { log, calls }, signal: ending.signal });
    const summary = await invoke(options);
    expect(summary.ok).to.equal(3);
    expect(summary.outcomes.cancelled).to.be.at.least(1);
    expect(summary.errors).to.equal(0);
    expect(await linesOf(log)).to.have.length(summary.calls);
    const rows = (await linesOf(calls)).slice(1);
    expect(rows).to.have.length(summary.calls);
    for (const row of rows) expect(row.split(',')).to.have.length(6);
  });

  it('adds to files that are there', async () => {
    const url = await serve((_request, response) => response.end());
    const log = join(folder, 'log.csv');
    await writeFile(log, '1672561201347\n');
    await invoke(load(url, { record: { log } }));
    const lines = await linesOf(log);
    expect(lines[0]).to.equal('1672561201347');
    expect(lines).to.have.length(11);
  });

  it('refuses what makes no sense before anything is sent', async () => {
    const wrong = [
      load('ftp://127.0.0.1/'),
      load('qrcode'),
      load('http://127.0.0.1:9/', { concurrency: 0 }),
      load('http://127.0.0.1:9/', { record: { log: folder } }),
      load('http://127.0.0.1:9/', { ratePerMinute: -3 }),
      load('http://127.0.0.1:9/', { target: { url: 'http://127.0.0.1:9/', timeoutMs: 0 } }),
    ];
    for (const options of wrong) {
      const error: unknown = await invoke(options).then(
        () => undefined,
        (reason: unknown) => reason,
      );
      expect(error).to.have.property('code', 'load-invalid');
    }
  });
});
