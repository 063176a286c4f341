import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { createGatewayScaler } from '#platform/gateway/scaler.ts';
import { CREDENTIALS, deployBody, type Harness, startHarness } from '../../local/gateway/harness.ts';

const { signal } = new AbortController();
const TARGET = { namespace: 'openfaas-fn', name: 'probe' };
const allowed = (): Promise<null> => Promise.resolve(null);

describe('scaling through the gateway', () => {
  let secretsPath: string;
  let server: Server;
  let url: string;
  let status: number;
  let seen: { line: string; authorization: string | undefined; body: unknown }[];

  before(async () => {
    server = createServer((request, response) => {
      let text = '';
      request.on('data', (chunk: Buffer) => (text += chunk.toString()));
      request.on('end', () => {
        const { method = '', url: path = '', headers } = request;
        const body: unknown = JSON.parse(text);
        seen.push({ line: `${method} ${path}`, authorization: headers.authorization, body });
        response.writeHead(status).end(status === 202 ? '' : 'unable to scale');
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    url = typeof address === 'object' && address ? `http://127.0.0.1:${address.port}` : '';
  });
  after(() => {
    server.close();
    server.closeAllConnections();
  });
  beforeEach(() => {
    [seen, status] = [[], 202];
    secretsPath = mkdtempSync(join(tmpdir(), 'foresize-scaler-'));
    writeFileSync(join(secretsPath, 'basic-auth-user'), `${CREDENTIALS.user}\n`);
    writeFileSync(join(secretsPath, 'basic-auth-password'), `${CREDENTIALS.password}\n`);
  });
  afterEach(() => {
    rmSync(secretsPath, { recursive: true });
  });

  it('asks for the replicas, with the mounted credentials', async () => {
    const scaler = createGatewayScaler({ url, secretsPath, writeStop: allowed });
    expect(await scaler.scale(TARGET, 3, signal)).to.deep.equal({ result: 'applied', detail: 'scaled to 3' });
    const token = Buffer.from(`${CREDENTIALS.user}:${CREDENTIALS.password}`).toString('base64');
    expect(seen).to.deep.equal([
      {
        line: 'POST /system/scale-function/probe?namespace=openfaas-fn',
        authorization: `Basic ${token}`,
        body: { serviceName: 'probe', replicas: 3, namespace: 'openfaas-fn' },
      },
    ]);
  });

  it('asks nothing of the gateway while writes are stopped', async () => {
    const writeStop = (): Promise<string> => Promise.resolve('no writes: writes is "off"');
    const scaler = createGatewayScaler({ url, secretsPath, writeStop });
    const outcome = await scaler.scale(TARGET, 3, signal);
    expect(outcome).to.deep.equal({ result: 'refused', detail: 'no writes: writes is "off"' });
    expect(seen).to.deep.equal([]);
  });

  it('is refused by the name of the secret that is not mounted', async () => {
    rmSync(join(secretsPath, 'basic-auth-password'));
    const outcome = await createGatewayScaler({ url, secretsPath, writeStop: allowed }).scale(
      TARGET,
      3,
      signal,
    );
    expect(outcome.result).to.equal('refused');
    expect(outcome.detail).to.match(/^secret-missing: the secret basic-auth-password is not mounted at /);
    expect(seen).to.deep.equal([]);
  });

  it('tells what a gateway answers that does not scale', async () => {
    status = 500;
    const outcome = await createGatewayScaler({ url, secretsPath, writeStop: allowed }).scale(
      TARGET,
      3,
      signal,
    );
    expect(outcome.result).to.equal('failed');
    expect(outcome.detail).to.match(/^gateway-refused: .*500.*unable to scale/);
  });

  describe('of the local platform', () => {
    let harness: Harness;
    before(async () => {
      harness = await startHarness({ image: (_request, response) => response.end('ok') });
      await harness.system('POST', '/functions', deployBody('probe', 'image'));
    });
    after(async () => {
      await harness.stop();
    });

    it('sets the replicas, back and forth', async () => {
      const scaler = createGatewayScaler({ url: harness.gateway.url, secretsPath, writeStop: allowed });
      const replicas = (): number | undefined =>
        harness.workloads.deployment('openfaas-fn', 'probe')?.replicas;
      expect((await scaler.scale(TARGET, 2, signal)).result).to.equal('applied');
      expect(replicas()).to.equal(2);
      expect((await scaler.scale(TARGET, 1, signal)).result).to.equal('applied');
      expect(replicas()).to.equal(1);
    });

    it('is refused with a wrong password', async () => {
      writeFileSync(join(secretsPath, 'basic-auth-password'), 'wrong');
      const scaler = createGatewayScaler({ url: harness.gateway.url, secretsPath, writeStop: allowed });
      const outcome = await scaler.scale(TARGET, 2, signal);
      expect(outcome).to.include({ result: 'failed' });
      expect(outcome.detail).to.contain('401');
    });
  });
});
