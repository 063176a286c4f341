import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import { SIGNATURE_HEADER } from '#core/chain/envelope.ts';
import type { UsageMessage } from '#core/messages/usage.ts';
import { createAsyncCarrier } from '#platform/carriers/async-carrier.ts';
import { createSyncCarrier, type Route } from '#platform/carriers/sync-carrier.ts';
import { createGatewayClient } from '#platform/gateway/client.ts';
import { createSigner } from '#platform/signatures/signer.ts';
import { failure } from '../../support/failure.ts';

interface Request {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

const NOW = 1_700_000_000_000;
const REPORT = { version: 1, cycle: 7, shard: 3, decisions: [] };
const USAGE: UsageMessage = {
  version: 1,
  installation: 'foresize',
  cycle: 7,
  shard: 3,
  shards: 4,
  at: NOW,
  stepMs: 15_000,
  horizonMs: 75_000,
  functions: [],
};

describe('carriers', () => {
  const signer = createSigner(Buffer.alloc(32, 1).toString('base64'));
  const { signal } = new AbortController();
  let server: Server;
  let url: string;
  let route: Route;
  let requests: Request[];
  let answers: Record<string, Answer>;

  before(async () => {
    server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const path = request.url ?? '';
        requests.push({ path, headers: request.headers, body: Buffer.concat(chunks) });
        const { status, headers, body } = answers[path] ?? { status: 404 };
        response.writeHead(status, headers).end(body);
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    // A server on a port has an address of this kind.
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    route = { gateway: createGatewayClient({ url }), namespace: 'fn', signer, clock: () => NOW };
  });
  after(() => {
    server.close();
    server.closeAllConnections();
  });
  beforeEach(() => {
    requests = [];
    answers = {
      '/function/predict-resources.fn': {
        status: 200,
        headers: { [SIGNATURE_HEADER]: 'as signed by predict-resources' },
        body: '{"the": "forecasts"}',
      },
      '/function/apply-resources.fn': { status: 200, body: JSON.stringify(REPORT) },
      '/async-function/predict-resources.fn': { status: 202 },
    };
  });

  function expectSealed({ body, headers }: Request): void {
    expect(JSON.parse(body.toString())).to.deep.equal(USAGE);
    const expected = { hop: 'predict', installation: 'foresize' } as const;
    const envelope = signer.verify(expected, body, String(headers[SIGNATURE_HEADER]));
    expect(envelope).to.include({ cycle: 7, shard: 3, timeMs: NOW });
  }

  describe('through the gateway', () => {
    const carry = () => createSyncCarrier(route).carry(USAGE, signal);

    it('seal the usage, and pass the forecasts on untouched, signature and all', async () => {
      expect(await carry()).to.deep.equal(REPORT);
      const [predict, apply, ...others] = requests;
      expect(others).to.deep.equal([]);
      expect(predict?.path).to.equal('/function/predict-resources.fn');
      if (predict) expectSealed(predict);
      expect(apply?.path).to.equal('/function/apply-resources.fn');
      expect(apply?.body.toString()).to.equal('{"the": "forecasts"}');
      expect(apply?.headers[SIGNATURE_HEADER]).to.equal('as signed by predict-resources');
    });

    it('say which function answered what', async () => {
      answers['/function/predict-resources.fn'] = { status: 500, body: 'boom' };
      expect(await failure(carry())).to.include({
        code: 'hop-failed',
        message: 'predict-resources answered 500: boom',
      });
      expect(requests).to.have.length(1);
    });

    it('do not hand an unsigned answer on', async () => {
      answers['/function/predict-resources.fn'] = { status: 200, body: '{}' };
      expect((await failure(carry())).message).to.equal('predict-resources did not sign its answer');
      expect(requests).to.have.length(1);
    });

    for (const [what, body] of [
      ['no JSON', '<html>'],
      ['another JSON', '{"version":1}'],
    ] as const) {
      it(`refuse a report that is ${what}`, async () => {
        answers['/function/apply-resources.fn'] = { status: 200, body };
        const { code, message } = await failure(carry());
        expect(code).to.equal('hop-failed');
        expect(message).to.match(/^apply-resources answered no report: /);
      });
    }
  });

  describe('through the queue', () => {
    const carry = () => createAsyncCarrier(route, 'http://gateway:8080').carry(USAGE, signal);

    it('seal the usage, name apply-resources as its callback, and leave the rest to the queue', async () => {
      expect(await carry()).to.equal(null);
      const [queued, ...others] = requests;
      expect(others).to.deep.equal([]);
      expect(queued?.path).to.equal('/async-function/predict-resources.fn');
      expect(queued?.headers['x-callback-url']).to.equal('http://gateway:8080/function/apply-resources.fn');
      if (queued) expectSealed(queued);
    });

    it('say so where the queue does not take it', async () => {
      answers['/async-function/predict-resources.fn'] = { status: 413, body: 'too large' };
      expect(await failure(carry())).to.include({
        code: 'hop-failed',
        message: 'the queue of predict-resources answered 413: too large',
      });
    });
  });
});
