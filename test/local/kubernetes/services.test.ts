import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import { expect } from 'chai';
import { execa } from 'execa';
import { join } from 'node:path';
import { findBinary } from '../../support/find-binary.ts';
import { type RunningApi, startApi } from './running-api.ts';

const GATEWAY = '/api/v1/namespaces/openfaas/services/gateway';
const kubectl = findBinary('KUBECTL', 'kubectl');

describe('Services of the local Kubernetes API', () => {
  let running: RunningApi;
  let server: Server;
  let asked: { readonly url: string | undefined; readonly authorization: string | undefined }[];

  before(async () => {
    server = createServer(({ url, headers }, response) => {
      asked.push({ url, authorization: headers.authorization });
      const status = url?.startsWith('/metrics') === true ? 200 : 404;
      response
        .writeHead(status, { 'content-type': 'text/plain; version=0.0.4' })
        .end(`gateway_up ${status}\n`);
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const address = server.address();
    const origin = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
    const ports = [
      { name: 'http', port: 8080, origin: 'http://127.0.0.1:1' },
      { name: 'metrics', port: 8082, origin },
    ];
    running = await startApi({ services: [{ namespace: 'openfaas', name: 'gateway', ports }] });
  });
  beforeEach(() => {
    asked = [];
  });
  after(async () => {
    await running.close();
    server.closeAllConnections();
    server.close();
  });

  it('are asked through the API server by name and port, without the password that it was asked with', async () => {
    for (const name of ['gateway:8082', 'gateway:metrics', 'http:gateway:8082']) {
      const path = `/api/v1/namespaces/openfaas/services/${name}/proxy/metrics?name%5B%5D=up`;
      const { status, text, contentType } = await running.call('GET', path);
      expect([status, text, contentType]).to.deep.equal([
        200,
        'gateway_up 200\n',
        'text/plain; version=0.0.4',
      ]);
    }
    expect(asked).to.deep.equal(
      Array.from({ length: 3 }, () => ({ url: '/metrics?name%5B%5D=up', authorization: undefined })),
    );
  });

  it('answer with their own refusals', async () => {
    const { status, text } = await running.call('GET', `${GATEWAY}:8082/proxy/other`);
    expect([status, text]).to.deep.equal([404, 'gateway_up 404\n']);
  });

  it('are listed', async () => {
    const { body } = await running.call('GET', '/api/v1/namespaces/openfaas/services');
    expect(body).to.have.nested.property('items[0].metadata.name', 'gateway');
    expect(body).to.have.nested.property('items[0].spec.ports[1].port', 8082);
    const elsewhere = await running.call('GET', '/api/v1/namespaces/openfaas-fn/services');
    expect(elsewhere.body).to.deep.include({ items: [] });
  });

  it('are refused where there is none, none at that port, nobody who answers, or no right to', async () => {
    const { reader } = running.api.identities;
    const statusOf = async (path: string, token?: string): Promise<number> =>
      (await running.call('GET', path, token === undefined ? {} : { token })).status;
    expect(await statusOf('/api/v1/namespaces/openfaas/services/nats:8222/proxy/metrics')).to.equal(404);
    expect(await statusOf(`${GATEWAY}:9999/proxy/metrics`)).to.equal(503);
    expect(await statusOf(`${GATEWAY}/proxy/metrics`)).to.equal(503);
    expect(await statusOf(`${GATEWAY}:http/proxy/metrics`)).to.equal(503);
    expect(await statusOf(`${GATEWAY}:8082/proxy/metrics`, reader.token)).to.equal(403);
    expect(asked).to.deep.equal([]);
  });

  describe(`with kubectl${kubectl === undefined ? ' (none on PATH or in KUBECTL)' : ''}`, () => {
    before(function () {
      if (kubectl === undefined) this.skip();
    });

    const run = async (...words: string[]): Promise<string> => {
      const cache = join(running.directory, 'cache');
      const options = ['--kubeconfig', running.api.kubeconfigPath, '--cache-dir', cache];
      const { all, exitCode } = await execa(kubectl ?? '', [...options, ...words], {
        all: true,
        reject: false,
      });
      return exitCode === 0 ? all : `failed: ${all}`;
    };

    it('are shown as a table, and asked', async () => {
      expect(await run('get', 'services', '-n', 'openfaas')).to.match(
        /^NAME +TYPE +CLUSTER-IP +EXTERNAL-IP +PORT\(S\) +AGE\ngateway +ClusterIP +127\.0\.0\.1 +<none> +8080\/TCP,8082\/TCP +\d+s/,
      );
      expect(await run('get', '--raw', `${GATEWAY}:8082/proxy/metrics`)).to.equal('gateway_up 200');
      expect(await run('get', 'namespaces')).to.match(/^openfaas +Active/m);
    });
  });
});
