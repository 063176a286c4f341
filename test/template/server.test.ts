import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { PassThrough, Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { expect } from 'chai';
import type { FunctionContext, FunctionEvent, FunctionResponse, Handler } from '#template/types.ts';
import { eventually } from '../support/eventually.ts';
import { serveHere, type Serving } from './serving.ts';

describe('the template’s server', () => {
  let serving: Serving;
  let handler: Handler = () => ({});
  let seen: FunctionEvent[];

  before(async () => {
    serving = await serveHere({ default: (event, context) => handler(event, context) });
  });
  beforeEach(() => {
    seen = [];
    serving.log.length = 0;
    answerWith({});
  });
  after(() => serving.server.drain());

  function answerWith(response: FunctionResponse): void {
    handler = (event) => {
      seen.push(event);
      return response;
    };
  }
  function fail(thrown: unknown): void {
    handler = () => {
      throw thrown;
    };
  }
  const call = (path = '/', init: RequestInit = {}) => fetch(serving.url + path, { method: 'POST', ...init });
  const failWith = (properties: object) => {
    fail(Object.assign(new Error('the reason'), properties));
  };

  describe('gives the handler', () => {
    it('the method, the path as it was sent, and the query', async () => {
      await call('/a%2Fb/%zz?x=1&x=2&y=%20', { method: 'PATCH' });
      expect(seen[0]).to.include({ method: 'PATCH', path: '/a%2Fb/%zz' });
      expect(seen[0]?.query.getAll('x')).to.deep.equal(['1', '2']);
      expect(seen[0]?.query.get('y')).to.equal(' ');
    });

    it('the bytes exactly as they were sent, whatever the content type says', async () => {
      const bytes = gzipSync(Buffer.from([0, 255, 128, 13, 10]));
      const headers = { 'content-type': 'application/json; charset=utf-16', 'content-encoding': 'gzip' };
      await call('/', { body: bytes, headers });
      expect(seen[0]?.body.equals(bytes)).to.equal(true);
      expect(seen[0]?.headers['content-encoding']).to.equal('gzip');
    });

    it('a chunked body whole', async () => {
      const body = new ReadableStream({
        start(controller) {
          controller.enqueue(Buffer.from('{"a":'));
          controller.enqueue(Buffer.from('1}'));
          controller.close();
        },
      });
      // Undici's types lack `duplex`, which it asks for with a stream.
      await call('/', { body, duplex: 'half' });
      expect(seen[0]?.json()).to.deep.equal({ a: 1 });
    });

    it('an empty body where none was sent', async () => {
      await call('/', { method: 'GET' });
      expect(seen[0]?.body).to.have.length(0);
      expect(seen[0]?.text()).to.equal('');
    });

    it('the call id of the gateway, or a new one', async () => {
      const ids: string[] = [];
      handler = (_event, context) => {
        ids.push(context.callId);
        context.log.info({ n: 1 }, 'called');
        return {};
      };
      await call('/', { headers: { 'x-call-id': 'from-gateway' } });
      await call('/');
      expect(ids[0]).to.equal('from-gateway');
      expect(ids[1]).to.match(/^[0-9a-f-]{36}$/);
      expect(serving.log[0]).to.include({ callId: 'from-gateway', n: 1, msg: 'called' });
    });
  });

  describe('sends', () => {
    for (const [what, body, type, text] of [
      ['a string as text', 'größer', 'text/plain; charset=utf-8', 'größer'],
      ['an object as JSON', { a: [1] }, 'application/json; charset=utf-8', '{"a":[1]}'],
      ['null as JSON', null, 'application/json; charset=utf-8', 'null'],
      ['bytes as they are', Buffer.from('PNG'), 'application/octet-stream', 'PNG'],
    ] as const) {
      it(what, async () => {
        answerWith({ body });
        const response = await call();
        expect(response.status).to.equal(200);
        expect(response.headers.get('content-type')).to.equal(type);
        expect(response.headers.get('content-length')).to.equal(String(Buffer.byteLength(text)));
        expect(await response.text()).to.equal(text);
      });
    }

    it('204 where there is no body', async () => {
      expect((await call()).status).to.equal(204);
    });

    it('the status and headers of the handler, and none of Express', async () => {
      answerWith({ status: 201, headers: { 'Content-Type': 'image/png', 'X-Own': 'yes' }, body: 'x' });
      const response = await call();
      expect(response.status).to.equal(201);
      expect(response.headers.get('content-type')).to.equal('image/png');
      expect(response.headers.get('x-own')).to.equal('yes');
      expect(response.headers.has('x-powered-by')).to.equal(false);
      expect(response.headers.has('etag')).to.equal(false);
    });

    it('a generator as it comes', async () => {
      async function* letters() {
        yield 'a';
        yield await Promise.resolve('b');
      }
      answerWith({ body: letters() });
      expect(await (await call()).text()).to.equal('ab');
    });

    it('no body to HEAD', async () => {
      answerWith({ body: 'text' });
      const response = await call('/', { method: 'HEAD' });
      expect(response.headers.get('content-length')).to.equal('4');
      expect(await response.text()).to.equal('');
    });
  });

  describe('streams', () => {
    /** A body that the test writes, and the answer to the call that gets it. */
    function streaming(init: RequestInit = {}, headers: Record<string, string> = {}) {
      const body = new PassThrough();
      answerWith({ headers, body });
      return { body, answering: call('/', init) };
    }
    function read({ body }: Response) {
      if (body === null) throw new Error('no body');
      return body.getReader();
    }
    const textOf = (bytes: unknown): string =>
      bytes instanceof Uint8Array ? Buffer.from(bytes).toString() : `no bytes: ${typeof bytes}`;

    it('piece by piece, each as it comes', async () => {
      const { body, answering } = streaming({}, { 'content-type': 'text/event-stream' });
      body.write('data: 1\n\n');
      const response = await answering;
      expect(response.headers.get('content-type')).to.equal('text/event-stream');
      const reader = read(response);
      expect(textOf((await reader.read()).value)).to.equal('data: 1\n\n');
      body.write('data: 2\n\n');
      expect(textOf((await reader.read()).value)).to.equal('data: 2\n\n');
      body.end();
      expect((await reader.read()).done).to.equal(true);
    });

    it('bytes of a stream of Node.js, and of one of the web, whole', async () => {
      const bytes = randomBytes(300_000);
      for (const body of [Readable.from([bytes]), new Blob([bytes]).stream()]) {
        answerWith({ body });
        const response = await call();
        expect(response.headers.get('content-type')).to.equal('application/octet-stream');
        expect(Buffer.from(await response.arrayBuffer()).equals(bytes)).to.equal(true);
      }
    });

    it('an error before the first piece as any other, and logs it', async () => {
      const body = (async function* () {
        yield await Promise.reject<string>(new Error('no first piece'));
      })();
      answerWith({ body });
      const response = await call();
      expect(response.status).to.equal(500);
      expect(await response.json()).to.deep.equal({ error: 'Internal Server Error' });
      expect(serving.log).to.have.length(1);
    });

    it('nothing that is neither text nor bytes', async () => {
      answerWith({ body: Readable.from([{ not: 'bytes' }]) });
      expect((await call()).status).to.equal(500);
      expect(serving.log).to.have.length(1);
    });

    it('no whole answer after a later error: the connection is cut, and the log says why', async () => {
      const { body, answering } = streaming();
      body.write('half of it');
      const reader = read(await answering);
      await reader.read();
      body.destroy(new Error('the other half is missing'));
      const cut = await reader.read().then(
        () => false,
        () => true,
      );
      expect(cut).to.equal(true);
      await eventually(() => serving.log.length === 1);
      expect(JSON.stringify(serving.log[0])).to.include('the other half is missing');
    });

    it('no further once the caller has gone, without a word', async () => {
      const leaving = new AbortController();
      const { body, answering } = streaming({ signal: leaving.signal });
      body.write('first');
      const reader = read(await answering);
      await reader.read();
      leaving.abort();
      await eventually(() => body.destroyed);
      expect(serving.log).to.have.length(0);
    });
  });

  describe('answers', () => {
    it('a thrown 4xx with its message and code, and logs nothing', async () => {
      failWith({ status: 422, code: 'too-odd' });
      const response = await call();
      expect(response.status).to.equal(422);
      expect(await response.json()).to.deep.equal({ error: 'the reason', code: 'too-odd' });
      expect(serving.log).to.have.length(0);
    });

    it('a rejected promise like a thrown error', async () => {
      handler = () => Promise.reject(Object.assign(new Error('later'), { status: 404 }));
      const response = await call();
      expect(response.status).to.equal(404);
      expect(await response.json()).to.deep.equal({ error: 'later' });
    });

    it('a thrown 5xx with its status and code; the message goes to the log only', async () => {
      failWith({ status: 502, code: 'source-down' });
      const response = await call('/p', { headers: { 'x-call-id': 'c7' } });
      expect(response.status).to.equal(502);
      expect(await response.json()).to.deep.equal({ error: 'Bad Gateway', code: 'source-down' });
      expect(serving.log[0]).to.include({ level: 'error', callId: 'c7', path: '/p', status: 502 });
      expect(serving.log[0]).to.have.nested.property('err.message', 'the reason');
    });

    for (const [what, thrown] of [
      ['an unknown error', new Error('secret')],
      [
        'an error whose status is no error’s',
        Object.assign(new Error('secret'), { status: 200, code: 'secret' }),
      ],
      ['what is no error at all', 'secret'],
      ['nothing thrown', undefined],
    ] as const) {
      it(`${what} with a bare 500, and logs it`, async () => {
        fail(thrown);
        const response = await call();
        expect(response.status).to.equal(500);
        expect(await response.text()).to.equal('{"error":"Internal Server Error"}');
        expect(serving.log[0]).to.include({ level: 'error', msg: 'call failed' });
      });
    }

    for (const [what, response] of [
      ['a body that is not JSON', { body: { n: 1n }, headers: { 'x-half': 'set' } }],
      ['a status that does not exist', { status: 99 }],
      ['a header that would split the answer', { headers: { a: 'b\r\nc: d' }, body: 'x' }],
    ] as const) {
      it(`${what} with a 500 and none of the headers meant for it`, async () => {
        answerWith(response);
        const answer = await call();
        expect(answer.status).to.equal(500);
        expect(answer.headers.has('x-half')).to.equal(false);
        expect(await answer.json()).to.deep.equal({ error: 'Internal Server Error' });
      });
    }

    it('a body that is not JSON or not UTF-8 with a 400 that says so', async () => {
      handler = (event) => ({ body: event.json() });
      const json = await call('/', { body: '{"a":' });
      expect(json.status).to.equal(400);
      expect(await json.json()).to.include({ code: 'body-not-json' });
      const bytes = await call('/', { body: Buffer.from([0xff, 0xfe]) });
      expect(bytes.status).to.equal(400);
      expect(await bytes.json()).to.deep.equal({
        error: 'The body is not UTF-8 text',
        code: 'body-not-text',
      });
    });
  });

  describe('holds the body limit', () => {
    const tooLarge = { error: 'The body is larger than 100kb (MAX_BODY_SIZE)', code: 'body-too-large' };

    it('taking what is just within it', async () => {
      answerWith({ body: 'taken' });
      expect((await call('/', { body: Buffer.alloc(102_400) })).status).to.equal(200);
      expect(seen[0]?.body).to.have.length(102_400);
    });

    it('refusing one byte more with a clean 413, without calling the handler', async () => {
      const response = await call('/', { body: Buffer.alloc(102_401) });
      expect(response.status).to.equal(413);
      expect(await response.json()).to.deep.equal(tooLarge);
      expect(seen).to.have.length(0);
    });

    it('refusing a chunked body when it has become too large, though the caller goes on sending', async () => {
      const sending = request(`${serving.url}/`, { method: 'POST' });
      const answered = once(sending, 'response') as Promise<[IncomingMessage]>;
      for (let sent = 0; sent < 40; sent += 1) sending.write(Buffer.alloc(65_536));
      sending.end();
      const [response] = await answered;
      expect(response.statusCode).to.equal(413);
      expect(JSON.parse(Buffer.concat(await response.toArray()).toString())).to.deep.equal(tooLarge);
    });
  });

  it('aborts the signal when the caller goes away, and not when the answer is done', async () => {
    const signals: AbortSignal[] = [];
    let release = (): void => undefined;
    handler = async (event, context: FunctionContext) => {
      signals.push(context.signal);
      if (event.path === '/slow') await new Promise<void>((resolve) => (release = resolve));
      return { body: 'ok' };
    };
    await (await call('/fast')).text();
    const leaving = new AbortController();
    const abandoned = call('/slow', { signal: leaving.signal }).catch((error: unknown) => error);
    await eventually(() => signals.length === 2);
    leaving.abort();
    await eventually(() => signals[1]?.aborted);
    release();
    await abandoned;
    expect(signals[0]?.aborted).to.equal(false);
    expect((await call('/fast')).status).to.equal(200);
    expect(serving.log).to.have.length(0);
  });

  it('forgets a caller who goes away in the middle of the body', async () => {
    const socket = connect(serving.port, '127.0.0.1');
    socket.write('POST / HTTP/1.1\r\nHost: f\r\nContent-Length: 10\r\n\r\nabc');
    await once(socket, 'connect');
    socket.destroy();
    expect((await call()).status).to.equal(204);
    expect(seen).to.have.length(1);
    expect(serving.log).to.have.length(0);
  });

  it('answers both probes itself, and passes their neighbours on', async () => {
    expect(await (await call('/_/health', { method: 'GET' })).text()).to.equal('OK');
    expect((await call('/_/ready', { method: 'GET' })).status).to.equal(200);
    expect(seen).to.have.length(0);
    await call('/_/other', { method: 'GET' });
    expect(seen[0]?.path).to.equal('/_/other');
  });
});
