import { expect } from 'chai';
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type RequestListener, type Server } from 'node:http';
import { eventually } from '../../support/eventually.ts';
import { deployBody, startHarness, type Harness } from '../gateway/harness.ts';

interface Callback {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A server that keeps what it was sent. */
async function startCollector(): Promise<{ url: string; got: Callback[]; server: Server }> {
  const got: Callback[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method = '', url = '', headers } = request;
      got.push({ method, url, headers, body: Buffer.concat(chunks).toString() });
      response.end();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return { url: `http://127.0.0.1:${address.port}/done?x=1`, got, server };
}

describe('an asynchronous call', () => {
  let harness: Harness;
  let collector: Awaited<ReturnType<typeof startCollector>>;
  let seen: string[];
  let gated: RequestListener;
  let release: () => void;
  let running: number;
  let most: number;

  const upper: RequestListener = (request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString();
      seen.push(`${request.url ?? ''} ${String(request.headers['x-own'])} ${body}`);
      response.writeHead(201, { 'x-answer': 'yes', 'content-type': 'text/plain' }).end(body.toUpperCase());
    });
  };

  beforeEach(async () => {
    seen = [];
    [running, most] = [0, 0];
    let open = (): void => undefined;
    const gate = new Promise<void>((resolve) => (open = resolve));
    release = open;
    gated = (_request, response) => {
      running += 1;
      most = Math.max(most, running);
      void gate.then(() => {
        running -= 1;
        response.end('late');
      });
    };
    const images = { upper, gated, dies: (request) => request.socket.destroy() } satisfies Record<
      string,
      RequestListener
    >;
    harness = await startHarness(images, { queue: { concurrency: 2, drainMs: 1000 } });
    collector = await startCollector();
    for (const image of Object.keys(images)) {
      await harness.system('POST', '/functions', deployBody(image, image));
    }
  });

  afterEach(async () => {
    release();
    await harness.stop();
    await new Promise((resolve) => collector.server.close(resolve));
  });

  const post = (path: string, body = '', headers: Record<string, string> = {}): Promise<Response> =>
    harness.call(`/async-function/${path}`, { method: 'POST', body, headers });

  it('is accepted at once with 202, nothing in the body and X-Call-Id', async () => {
    const answer = await post('gated', 'x', { 'x-call-id': 'mine' });
    expect(answer.status).to.equal(202);
    expect(await answer.text()).to.equal('');
    expect(answer.headers.get('x-call-id')).to.equal('mine');
    expect((await post('gated')).headers.get('x-call-id')).to.match(/^[-0-9a-f]{36}$/);
    expect(answer.headers.get('x-start-time')).to.match(/^\d{19}$/);
  });

  it('reaches the function with path, query, headers and body', async () => {
    await post('upper.openfaas-fn/a?b=c', 'hello', { 'x-own': 'h' });
    await eventually(() => seen.length === 1);
    expect(seen).to.deep.equal(['/a?b=c h hello']);
  });

  it("calls back with the function's body and headers, and with whose they are", async () => {
    await post('upper', 'hello', { 'x-callback-url': collector.url, 'x-call-id': 'mine' });
    await eventually(() => collector.got.length === 1);
    const [callback] = collector.got;
    expect(callback).to.include({ method: 'POST', url: '/done?x=1', body: 'HELLO' });
    expect(callback?.headers).to.include({
      'content-type': 'text/plain',
      'x-answer': 'yes',
      'x-call-id': 'mine',
      'x-function-name': 'upper',
      'x-function-status': '201',
    });
    expect(Number(callback?.headers['x-duration-seconds'])).to.be.within(0, 60);
    expect(callback?.headers).to.not.have.property('authorization');
  });

  for (const [name, status] of [
    ['ghost', '404'],
    ['dies', '502'],
  ] as const) {
    it(`of ${name} is accepted too, calls back with ${status}, and is not tried again`, async () => {
      expect((await post(name, '', { 'x-callback-url': collector.url })).status).to.equal(202);
      await post('upper', 'next', { 'x-callback-url': collector.url });
      await eventually(() => collector.got.length === 2);
      expect(collector.got.map(({ headers }) => headers['x-function-status']).sort()).to.deep.equal([
        '201',
        status,
      ]);
      const total = new RegExp(
        `gateway_function_invocation_total{function_name="${name}",code="${status}"} 1\n`,
      );
      expect(await harness.metrics()).to.match(total);
    });
  }

  it('goes on after a callback that nobody takes', async () => {
    await post('upper', 'first', { 'x-callback-url': 'http://127.0.0.1:1/' });
    await post('upper', 'second', { 'x-callback-url': collector.url });
    await eventually(() => collector.got.length === 1);
    expect(collector.got[0]?.body).to.equal('SECOND');
  });

  it('counts once, as a call of the function', async () => {
    await post('upper', 'x', { 'x-callback-url': collector.url });
    await eventually(() => collector.got.length === 1);
    const metrics = await harness.metrics();
    expect(metrics).to.contain('gateway_function_invocation_started{function_name="upper"} 1\n');
    expect(metrics).to.contain('gateway_function_invocation_total{function_name="upper",code="201"} 1\n');
  });

  it('waits while as many are under way as the queue carries out at a time', async () => {
    for (let call = 0; call < 5; call += 1) {
      await post('gated', '', { 'x-callback-url': collector.url });
    }
    await eventually(() => running === 2);
    release();
    await eventually(() => collector.got.length === 5);
    expect(most).to.equal(2);
  });

  it('is finished before the gateway closes', async () => {
    await post('gated', '', { 'x-callback-url': collector.url });
    await eventually(() => running === 1);
    const closed = harness.gateway.close();
    release();
    await closed;
    expect(collector.got).to.have.length(1);
  });

  it('is given up where it does not finish in the time for closing', async () => {
    await post('gated');
    await eventually(() => running === 1);
    await harness.gateway.close();
    expect(collector.got).to.have.length(0);
  });

  it('is refused with 405 unless it is a POST, and with 404 without a name', async () => {
    expect((await harness.call('/async-function/upper')).status).to.equal(405);
    expect((await harness.call('/async-function/upper', { method: 'PUT' })).status).to.equal(405);
    expect((await harness.call('/async-function/', { method: 'POST' })).status).to.equal(404);
  });

  it('is refused with 413 and the limit where NATS would not carry it, base64 and headers counted', async () => {
    const fits = Math.floor((2 ** 20 * 3) / 4) - 3000;
    expect((await post('upper', 'x'.repeat(fits))).status).to.equal(202);
    for (const refused of [
      await post('upper', 'x'.repeat(fits), { 'x-own': 'h'.repeat(6000) }),
      await post('upper', 'x'.repeat(fits + 6000)),
      await post('upper', 'x'.repeat(3_000_000)),
    ]) {
      expect(refused.status).to.equal(413);
      expect(await refused.text())
        .to.contain('upper')
        .and.contain(String(2 ** 20));
    }
    await eventually(() => seen.length === 1);
  });

  it('is refused with 503 while the queue is full, counted by bytes, and accepted again once calls are done', async () => {
    const capacityBytes = 2 ** 20 + 4096;
    const small = await startHarness({ gated }, { queue: { concurrency: 2, capacityBytes, drainMs: 1000 } });
    try {
      await small.system('POST', '/functions', deployBody('gated', 'gated'));
      const send = (body: string) => small.call('/async-function/gated', { method: 'POST', body });
      const large = 'x'.repeat(Math.floor((2 ** 20 * 3) / 4) - 3000);
      expect((await send(large)).status).to.equal(202);
      expect((await send('')).status).to.equal(202);
      const refused = await send(large);
      expect(refused.status).to.equal(503);
      expect(await refused.text())
        .to.contain('gated')
        .and.contain('full')
        .and.contain(String(capacityBytes));
      await eventually(() => running === 2);
      release();
      await eventually(async () => (await send(large)).status === 202);
    } finally {
      await small.stop();
    }
  });

  it('is refused with 400 where the callback is no http address', async () => {
    const answer = await post('upper', '', { 'x-callback-url': 'file:///etc/passwd' });
    expect(answer.status).to.equal(400);
    expect(await answer.text())
      .to.contain('X-Callback-Url')
      .and.contain('file:///etc/passwd');
  });
});
