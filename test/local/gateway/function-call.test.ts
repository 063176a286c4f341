import { expect } from 'chai';
import { createServer, request as httpRequest, type IncomingMessage, type RequestListener } from 'node:http';
import { connect } from 'node:net';
import { eventually } from '../../support/eventually.ts';
import { failure } from '../../support/failure.ts';
import { deployBody, startHarness, type Harness } from './harness.ts';

/** Answers with what it got, as JSON. */
const mirror: RequestListener = (request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    const { method, url, headers } = request;
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ method, url, headers, body: Buffer.concat(chunks).toString() }));
  });
};

interface Mirrored {
  readonly method: string;
  readonly url: string;
  readonly headers: Record<string, string>;
  readonly body: string;
}

describe('a call through the gateway', () => {
  let harness: Harness;
  let hangingUp = 0;

  before(async () => {
    harness = await startHarness(
      {
        mirror,
        // Says a word, waits for one, and says it back: both directions at once.
        parrot: (request, response) => {
          response.write('ready ');
          request.on('data', (chunk: Buffer) => response.write(chunk));
          request.on('end', () => response.end());
        },
        headers: (_request, response) => {
          response.writeHead(418, 'Short and stout', [
            ...['Set-Cookie', 'a=1', 'Set-Cookie', 'b=2', 'Connection', 'X-Private', 'X-Private', 'p'],
            ...['Keep-Alive', 'timeout=1', 'X-Public', 'q'],
          ]);
          response.end();
        },
        hang: (_request, response) => {
          response.on('close', () => (hangingUp += 1));
        },
        dies: (request) => request.socket.destroy(),
        'dies midway': (request, response) => {
          response.writeHead(200, { 'content-length': '100' });
          response.write('half', () => request.socket.destroy());
        },
        impatient: (_request, response) => response.writeHead(413).end('too much'),
        'not http': (request) => request.socket.end('this is not HTTP\r\n\r\n'),
        'odd status': (request) => request.socket.end('HTTP/1.1 099 Odd\r\ncontent-length: 0\r\n\r\n'),
        switches: (request) =>
          request.socket.write('HTTP/1.1 101 S\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n'),
        'odd words': (request) => request.socket.end('HTTP/1.1 200 O\x01K\r\ncontent-length: 2\r\n\r\nhi'),
      },
      { upstreamTimeoutMs: 300, replicaWaitMs: 100 },
    );
    const images = ['mirror', 'parrot', 'headers', 'hang', 'dies', 'impatient', 'never-ready'];
    for (const image of images) await harness.system('POST', '/functions', deployBody(image, image));
    await harness.system('POST', '/functions', deployBody('dies-midway', 'dies midway'));
    for (const image of ['not http', 'odd status', 'odd words'])
      await harness.system('POST', '/functions', deployBody(image.replace(' ', '-'), image));
    await harness.system('POST', '/functions', deployBody('switches', 'switches'));
  });

  after(() => harness.stop());

  afterEach(async () => {
    await eventually(() => harness.workloads.leased() === 0);
    expect((await harness.call('/healthz')).status).to.equal(200);
  });

  const mirrored = async (path: string, init?: RequestInit): Promise<Mirrored> =>
    (await (await harness.call(path, init)).json()) as Mirrored;

  const seconds = async (): Promise<string[]> =>
    (await harness.metrics())
      .split('\n')
      .filter((line) => line.startsWith('gateway_function_invocation_total'));

  for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'PROPFIND']) {
    it(`carries ${method} with path and query as they were written`, async () => {
      const { url, ...rest } = await mirrored('/function/mirror.openfaas-fn/a%2fb//c/?x=%20y&x', { method });
      expect(url).to.equal('/a%2fb//c/?x=%20y&x');
      expect(rest.method).to.equal(method);
    });
  }

  it('gives the function / where nothing follows its name', async () => {
    expect((await mirrored('/function/mirror')).url).to.equal('/');
    expect((await mirrored('/function/mirror/')).url).to.equal('/');
    expect((await mirrored('/function/mirror?a=b')).url).to.equal('/?a=b');
  });

  it('answers HEAD without a body', async () => {
    const answer = await harness.call('/function/mirror', { method: 'HEAD' });
    expect(answer.status).to.equal(200);
    expect(await answer.text()).to.equal('');
  });

  it('carries a body of any bytes, with its length or in chunks, also with DELETE', async () => {
    expect((await mirrored('/function/mirror', { method: 'POST', body: 'known' })).body).to.equal('known');
    expect((await mirrored('/function/mirror', { method: 'DELETE', body: 'gone' })).body).to.equal('gone');
    const chunked = await new Promise<IncomingMessage>((resolve) => {
      const options = { method: 'DELETE', headers: { 'transfer-encoding': 'chunked' } };
      const sent = httpRequest(`${harness.gateway.url}/function/mirror`, options, resolve);
      sent.write('in ');
      sent.end('chunks');
    });
    let text = '';
    for await (const chunk of chunked as AsyncIterable<Buffer>) text += chunk.toString();
    expect(JSON.parse(text)).to.have.property('body', 'in chunks');
  });

  it('streams both ways at once', async () => {
    const sent = httpRequest(`${harness.gateway.url}/function/parrot`, { method: 'POST' });
    sent.flushHeaders();
    const answer = await new Promise<IncomingMessage>((resolve) => sent.once('response', resolve));
    const parts = (answer as AsyncIterable<Buffer>)[Symbol.asyncIterator]();
    expect(String((await parts.next()).value)).to.equal('ready ');
    sent.write('one');
    expect(String((await parts.next()).value)).to.equal('one');
    sent.end();
    expect((await parts.next()).done).to.equal(true);
  });

  it('adds X-Call-Id, X-Start-Time in nanoseconds and X-Served-By, for the function and for the caller', async () => {
    const startedMs = Date.now();
    const answer = await harness.call('/function/mirror');
    const { headers } = (await answer.json()) as Mirrored;
    for (const name of ['x-call-id', 'x-start-time', 'x-served-by']) {
      expect(answer.headers.get(name), name).to.be.a('string').and.equal(headers[name]);
    }
    const startTime = answer.headers.get('x-start-time') ?? '';
    expect(startTime).to.match(/^\d{19}$/);
    expect(Number(startTime) / 1e6).to.be.within(startedMs - 1, Date.now() + 1);
  });

  it('keeps an X-Call-Id that was sent', async () => {
    const answer = await harness.call('/function/mirror', { headers: { 'x-call-id': 'mine' } });
    expect(answer.headers.get('x-call-id')).to.equal('mine');
  });

  it('tells the function who called and by which host, after what proxies before it told', async () => {
    const { headers } = await mirrored('/function/mirror', { headers: { 'x-forwarded-for': '10.0.0.1' } });
    expect(headers['x-forwarded-for']).to.equal('10.0.0.1, 127.0.0.1');
    expect(headers['x-forwarded-host']).to.equal(new URL(harness.gateway.url).host);
    expect(headers.host).to.not.equal(headers['x-forwarded-host']);
  });

  it('passes end-to-end headers on and keeps those of the connection back', async () => {
    const request = new Promise<Mirrored>((resolve) => {
      const headers = {
        connection: 'x-hop, close',
        'x-hop': '1',
        'x-end': '2',
        'proxy-authorization': 'x',
        te: 'y',
      };
      httpRequest(`${harness.gateway.url}/function/mirror`, { headers }, (answer) => {
        answer.on('data', (chunk: Buffer) => {
          resolve(JSON.parse(chunk.toString()) as Mirrored);
        });
      }).end();
    });
    const { headers } = await request;
    expect(headers).to.have.property('x-end', '2');
    expect(headers).to.not.have.any.keys('x-hop', 'proxy-authorization', 'te');
  });

  it('passes on headers whose names a record would stumble over', async () => {
    const headers: [string, string][] = [['constructor', 'a']];
    expect(Object.entries((await mirrored('/function/mirror', { headers })).headers)).to.deep.include(
      headers[0],
    );
    const queued = await harness.call('/async-function/mirror', { method: 'POST', headers });
    expect(queued.status).to.equal(202);
  });

  it("gives the function's status, repeated headers and body, without its connection's", async () => {
    const answer = await harness.call('/function/headers');
    expect(answer.status).to.equal(418);
    expect(answer.statusText).to.equal("I'm a Teapot");
    expect(answer.headers.getSetCookie()).to.deep.equal(['a=1', 'b=2']);
    expect(answer.headers.get('x-public')).to.equal('q');
    expect(answer.headers.get('x-private')).to.equal(null);
  });

  for (const [name, status] of [
    ['ghost', 404],
    ['mirror.nowhere', 404],
    ['never-ready', 503],
    ['hang', 504],
    ['dies', 502],
    ['not-http', 502],
    ['odd-status', 502],
    ['switches', 502],
  ] as const) {
    it(`answers ${status} for ${name}, says whose fault it is, and counts it`, async () => {
      const answer = await harness.call(`/function/${name}`);
      expect(answer.status).to.equal(status);
      expect(answer.headers.get('x-call-id')).to.be.a('string');
      expect(await answer.text()).to.contain(name.split('.')[0]);
      const line = `gateway_function_invocation_total{function_name="${name}",code="${status}"}`;
      expect((await seconds()).some((counted) => counted.startsWith(line))).to.equal(true);
    });
  }

  it('answers 404 to what cannot be a name', async () => {
    expect((await harness.call('/function/')).status).to.equal(404);
    expect((await harness.call('/function/%20')).status).to.equal(404);
  });

  it('breaks off where the function broke off', async () => {
    const answer = await harness.call('/function/dies-midway');
    const outcome = await answer.text().catch(() => 'broken off');
    expect(outcome).to.equal('broken off');
  });

  it('says the status in its own words, since those of a function may be none that can be sent', async () => {
    const answer = await harness.call('/function/odd-words');
    expect([answer.status, answer.statusText, await answer.text()]).to.deep.equal([200, 'OK', 'hi']);
  });

  it('frames a body whatever the Connection header names, so that it never counts as a second request', async () => {
    const body = 'GET /function/other HTTP/1.1\r\n\r\n';
    const head = `GET /function/mirror HTTP/1.1\r\nhost: x\r\nconnection: close, content-length\r\n`;
    const answer = await new Promise<string>((resolve, reject) => {
      let said = '';
      const socket = connect(Number(new URL(harness.gateway.url).port), '127.0.0.1');
      socket.on('data', (chunk: Buffer) => (said += chunk.toString())).on('error', reject);
      socket.on('end', () => {
        resolve(said);
      });
      socket.write(`${head}content-length: ${body.length}\r\n\r\n${body}`);
    });
    expect(answer).to.match(/^HTTP\/1\.1 200 /);
    expect(answer).to.contain(JSON.stringify(body));
  });

  it('gives an early answer to whoever is still sending, and serves the connection on', async () => {
    const answer = await harness.call('/function/impatient', {
      method: 'POST',
      body: Buffer.alloc(5_000_000),
    });
    expect(answer.status).to.equal(413);
    expect(await answer.text()).to.equal('too much');
  });

  it('hangs up on the function when the caller is gone', async () => {
    const before = hangingUp;
    const caller = new AbortController();
    const call = harness.call('/function/hang', { signal: caller.signal }).catch(() => 'gone');
    await eventually(() => harness.workloads.leased() === 1);
    caller.abort();
    expect(await call).to.equal('gone');
    await eventually(() => hangingUp === before + 1);
  });

  it('waits no longer for a replica when the caller is gone', async () => {
    const outcome = harness
      .call('/function/never-ready', { signal: AbortSignal.timeout(20) })
      .catch(() => 'gone');
    expect(await outcome).to.equal('gone');
  });

  for (const [title, bytes] of [
    ['noise', '\0\x01\x02 nonsense\r\n\r\n'],
    [
      'a request that ends in its body',
      'POST /function/mirror HTTP/1.1\r\nhost: x\r\ncontent-length: 9\r\n\r\nab',
    ],
    [
      'a chunk that is none',
      'POST /function/mirror HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n',
    ],
    [
      'an upgrade',
      'GET /function/mirror HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n',
    ],
  ] as const) {
    it(`survives ${title}`, async () => {
      await new Promise<void>((resolve) => {
        const socket = connect(Number(new URL(harness.gateway.url).port), '127.0.0.1', () => {
          socket.write(bytes, () => setImmediate(() => socket.resetAndDestroy()));
        });
        socket.on('error', () => undefined);
        socket.on('close', () => {
          resolve();
        });
      });
    });
  }
});

describe('the metrics of the gateway', () => {
  let harness: Harness;

  before(async () => {
    harness = await startHarness({ mirror });
    await harness.system('POST', '/functions', deployBody('probe', 'mirror'));
    await harness.call('/function/probe');
    await harness.call('/function/probe.openfaas-fn');
    await harness.call('/function/probe.openfaas-fn');
    await harness.system('POST', '/scale-function/probe', { replicas: 2 });
  });

  after(() => harness.stop());

  it('count under the name as it was called', async () => {
    const metrics = await harness.metrics();
    expect(metrics).to.contain('gateway_function_invocation_total{function_name="probe",code="200"} 1\n');
    expect(metrics).to.contain(
      'gateway_function_invocation_total{function_name="probe.openfaas-fn",code="200"} 2\n',
    );
    expect(metrics).to.contain('gateway_function_invocation_started{function_name="probe"} 1\n');
  });

  it('time calls in the default buckets', async () => {
    const lines = (await harness.metrics()).split('\n');
    const bounds = lines.flatMap(
      (line) =>
        /^gateway_functions_seconds_bucket\{le="([^"]+)",function_name="probe",/.exec(line)?.[1] ?? [],
    );
    const expected = ['0.005', '0.01', '0.025', '0.05', '0.1', '0.25', '0.5', '1', '2.5', '5', '10', '+Inf'];
    expect(bounds).to.deep.equal(expected);
    expect(lines).to.include('gateway_functions_seconds_count{function_name="probe",code="200"} 1');
  });

  it('tell the replicas of what is deployed now', async () => {
    expect(await harness.metrics()).to.contain(
      'gateway_service_count{function_name="probe.openfaas-fn"} 2\n',
    );
    await harness.system('DELETE', '/functions', { functionName: 'probe' });
    expect(await harness.metrics()).to.not.contain('gateway_service_count{');
  });

  it('are the only thing on their port, and nothing of the gateway is', async () => {
    expect((await fetch(new URL('/system/functions', harness.gateway.metricsUrl))).status).to.equal(404);
  });
});

describe('a port that is taken', () => {
  it('is named, with what it was for, and leaves no other port open', async () => {
    const holder = createServer();
    await new Promise<void>((resolve) => holder.listen(0, '127.0.0.1', resolve));
    const address = holder.address();
    const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
    for (const [options, purpose] of [
      [{ port }, 'gateway'],
      [{ metricsPort: port }, 'metrics'],
    ] as const) {
      const refused = await failure(startHarness({}, options));
      expect(refused).to.have.property('code', 'port-in-use');
      expect(refused).to.have.property('message').that.contains(String(port)).and.contains(purpose);
    }
    await new Promise((resolve) => holder.close(resolve));
  });
});
