import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { expect } from 'chai';
import { createGatewayClient, type GatewayClient } from '#platform/gateway/client.ts';
import { failure } from '../../support/failure.ts';

interface Seen {
  readonly line: string;
  readonly authorization: string | undefined;
  readonly body: string;
}

describe('the gateway client', () => {
  let server: Server;
  let url: string;
  let client: GatewayClient;
  let seen: Seen[];
  let answers: Record<string, { status: number; body?: string }>;
  const { signal } = new AbortController();
  const authorization = `Basic ${Buffer.from('admin:pass:word').toString('base64')}`;

  async function listener(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(Buffer.from(chunk as Uint8Array));
    const line = `${request.method ?? ''} ${request.url ?? ''}`;
    seen.push({ line, authorization: request.headers.authorization, body: Buffer.concat(chunks).toString() });
    const answer = answers[line] ?? { status: 404, body: 'no route' };
    response.writeHead(answer.status, { 'x-call-id': '1' }).end(answer.body ?? '');
  }

  before(async () => {
    server = createServer((request, response) => {
      void listener(request, response);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    url = typeof address === 'object' && address ? `http://127.0.0.1:${address.port}` : '';
    client = createGatewayClient({ url: `${url}/`, credentials: { user: 'admin', password: 'pass:word' } });
  });
  after(() => {
    server.close();
    server.closeAllConnections();
  });
  beforeEach(() => {
    seen = [];
    answers = {};
  });

  it('lists functions, whose empty fields the gateway leaves out', async () => {
    answers['GET /system/functions?namespace=dev'] = {
      status: 200,
      body: '[{"name":"f","image":"i:1","namespace":"dev","limits":{"cpu":"200m"}}]',
    };
    const [found] = await client.list(signal, 'dev');
    expect(found).to.deep.include({ name: 'f', replicas: 0, labels: {}, limits: { cpu: '200m' } });
    expect(seen[0]).to.include({ authorization });
  });

  it('takes null for a list without functions, as Go writes it', async () => {
    answers['GET /system/functions'] = { status: 200, body: 'null' };
    expect(await client.list(signal)).to.deep.equal([]);
  });

  const body = { service: 'f', image: 'i:1', labels: {}, annotations: {} };

  it('updates a function with the body as it is given', async () => {
    answers['PUT /system/functions'] = { status: 202 };
    expect(await client.deploy(body, signal)).to.equal('updated');
    expect(seen).to.deep.equal([
      { line: 'PUT /system/functions', authorization, body: JSON.stringify(body) },
    ]);
  });

  it('makes a function that is not there', async () => {
    answers['PUT /system/functions'] = { status: 404 };
    answers['POST /system/functions'] = { status: 202 };
    expect(await client.deploy(body, signal)).to.equal('created');
    expect(seen.map(({ line }) => line)).to.deep.equal(['PUT /system/functions', 'POST /system/functions']);
  });

  it('does not take an empty 200 to an update for success', async () => {
    answers['PUT /system/functions'] = { status: 200 };
    const error = await failure(client.deploy(body, signal));
    expect(error.code).to.equal('gateway-refused');
    expect(error.message).to.include('200 instead of 202').and.include('f');
    expect(seen).to.have.length(1);
  });

  it('repeats what the gateway said against a deployment', async () => {
    answers['PUT /system/functions'] = { status: 400, body: 'service: (F) is invalid\n' };
    expect((await failure(client.deploy(body, signal))).message)
      .to.include('400')
      .and.include('(F) is invalid');
  });

  it('removes a function, and says so if there was none', async () => {
    answers['DELETE /system/functions'] = { status: 202 };
    expect(await client.remove('f', signal)).to.equal(true);
    expect(seen[0]?.body).to.equal('{"functionName":"f"}');
    answers = {};
    expect(await client.remove('f', signal)).to.equal(false);
  });

  it('scales', async () => {
    answers['POST /system/scale-function/f'] = { status: 202 };
    await client.scale('f', 3, signal);
    expect(seen[0]?.body).to.equal('{"serviceName":"f","replicas":3}');
  });

  it('makes and updates secrets, bytes beside their text', async () => {
    answers['POST /system/secrets'] = { status: 201 };
    answers['PUT /system/secrets'] = { status: 202 };
    await client.createSecret({ name: 's', value: 'text' }, signal);
    await client.updateSecret({ name: 's', namespace: 'n', value: new Uint8Array([255, 0]) }, signal);
    expect(seen[0]?.body).to.equal('{"name":"s","value":"text"}');
    expect(JSON.parse(seen[1]?.body ?? '')).to.include({ namespace: 'n', rawValue: '/wA=' });
  });

  it('invokes without credentials, and takes any status for an answer', async () => {
    answers['POST /function/f.dev/path?x=1'] = { status: 500, body: 'oh' };
    const answer = await client.invoke('f.dev', { path: '/path?x=1', body: 'in' }, signal);
    expect(answer.status).to.equal(500);
    expect(answer.body.toString()).to.equal('oh');
    expect(answer.headers).to.include({ 'x-call-id': '1' });
    expect(seen[0]).to.deep.equal({
      line: 'POST /function/f.dev/path?x=1',
      authorization: undefined,
      body: 'in',
    });
  });

  it('invokes through the queue', async () => {
    answers['POST /async-function/f'] = { status: 202 };
    expect((await client.invoke('f', { asynchronous: true }, signal)).status).to.equal(202);
  });

  it('refuses answers that are not what was asked for', async () => {
    answers['GET /system/info'] = { status: 200, body: '<html>' };
    expect((await failure(client.info(signal))).message)
      .to.include('not JSON')
      .and.include('<html>');
    answers['GET /system/functions'] = { status: 200, body: '[{"name":7}]' };
    expect((await failure(client.list(signal))).message).to.include('0.name');
    answers['GET /system/functions'] = { status: 401, body: 'invalid credentials' };
    expect((await failure(client.list(signal))).message)
      .to.include('401')
      .and.include('invalid credentials');
  });

  it('says that no gateway answers', async () => {
    const closed = createGatewayClient({ url: 'http://127.0.0.1:1', timeoutMs: 2000 });
    expect((await failure(closed.list(signal))).code).to.equal('gateway-unavailable');
  });
});
