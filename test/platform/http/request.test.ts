import { once } from 'node:events';
import http, { type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { expect } from 'chai';
import { httpRequest, httpStream, refusedError } from '#platform/http/request.ts';
import { failure } from '../../support/failure.ts';

describe('the HTTP client', () => {
  const servers: http.Server[] = [];

  async function serve(listener: RequestListener): Promise<string> {
    const server = http.createServer(listener);
    servers.push(server);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    return `127.0.0.1:${port}`;
  }

  afterEach(() => {
    for (const server of servers.splice(0)) {
      server.closeAllConnections();
      server.close();
    }
  });

  it('sends method, headers, token and body, and gives status, headers and body back', async () => {
    const address = await serve((request, response) => {
      let body = '';
      request.on('data', (chunk: Buffer) => (body += chunk.toString()));
      request.on('end', () => {
        response.writeHead(202, { 'X-Echo': `${request.method} ${request.headers.authorization} ${body}` });
        response.end('done');
      });
    });
    const answer = await httpRequest({
      url: `http://${address}/x`,
      method: 'PUT',
      body: 'hello',
      bearerToken: 'abc',
    });
    expect(answer.status).to.equal(202);
    expect(answer.headers['x-echo']).to.equal('PUT Bearer abc hello');
    expect(answer.body.toString()).to.equal('done');
  });

  it('turns credentials in the URL into basic authentication', async () => {
    const address = await serve((request, response) => response.end(request.headers.authorization));
    const answer = await httpRequest({ url: `http://ad%40min:s3cret@${address}/` });
    expect(answer.body.toString()).to.equal(`Basic ${Buffer.from('ad@min:s3cret').toString('base64')}`);
  });

  it('uses one connection again', async () => {
    const address = await serve((request, response) => response.end(String(request.socket.remotePort)));
    const first = await httpRequest({ url: `http://${address}/` });
    const second = await httpRequest({ url: `http://${address}/` });
    expect(second.body.toString()).to.equal(first.body.toString());
  });

  it('does not follow a redirect, which could carry the token elsewhere', async () => {
    const address = await serve((_request, response) => {
      response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end();
    });
    expect((await httpRequest({ url: `http://${address}/`, bearerToken: 'abc' })).status).to.equal(302);
  });

  it('names method and address without credentials when nobody listens', async () => {
    const error = await failure(httpRequest({ url: 'http://user:hidden@127.0.0.1:1/path?token=hidden' }));
    expect(error.code).to.equal('http-failed');
    expect(error.message).to.match(/^GET http:\/\/127\.0\.0\.1:1\/path failed: .*ECONNREFUSED/);
    expect(error.message).not.to.include('hidden');
  });

  it('gives up after the timeout, also in the middle of a body', async () => {
    const address = await serve((_request, response) => {
      response.write('a beginning');
    });
    const error = await failure(httpRequest({ url: `http://${address}/slow`, timeoutMs: 50 }));
    expect(error.code).to.equal('http-failed');
    expect(error.message).to.equal(`GET http://${address}/slow did not answer within 50 ms`);
  });

  it('ends at the caller’s signal', async () => {
    const controller = new AbortController();
    const address = await serve(() => {
      controller.abort();
    });
    const error = await failure(httpRequest({ url: `http://${address}/`, signal: controller.signal }));
    expect(error.message).to.equal(`GET http://${address}/ was cancelled`);
  });

  it('refuses a body beyond its bound, counted after decompression', async () => {
    const address = await serve((_request, response) => {
      response.writeHead(200, { 'content-encoding': 'gzip' });
      response.end(gzipSync(Buffer.alloc(100_000)));
    });
    const error = await failure(httpRequest({ url: `http://${address}/big`, maximumBytes: 50_000 }));
    expect(error.code).to.equal('http-too-large');
    expect(error.message).to.include(`GET http://${address}/big`);
  });

  it('reports an answer that is cut short', async () => {
    const address = await serve((request, response) => {
      response.writeHead(200, { 'content-length': '100' });
      response.write('short', () => request.socket.destroy());
    });
    const error = await failure(httpRequest({ url: `http://${address}/` }));
    expect(error.code).to.equal('http-failed');
  });

  it('hands a body over as it arrives', async () => {
    let proceed = (): void => undefined;
    const address = await serve((_request, response) => {
      response.write('one');
      proceed = () => response.end('two');
    });
    const seen: string[] = [];
    const { chunks } = await httpStream({ url: `http://${address}/` });
    for await (const chunk of chunks) {
      seen.push(chunk.toString());
      proceed();
    }
    expect(seen).to.deep.equal(['one', 'two']);
  });

  it('refuses what is no URL', async () => {
    expect((await failure(httpRequest({ url: 'nonsense' }))).message).to.include('not a URL');
  });

  it('quotes the beginning of an answer with the wrong status', () => {
    const error = refusedError({ url: 'http://a:b@c/d?e=f' }, 403, Buffer.from('no\n way'));
    expect(error.code).to.equal('http-refused');
    expect(error.message).to.equal('GET http://c/d answered 403: no way');
  });
});
