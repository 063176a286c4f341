import { expect } from 'chai';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createGateway, type Gateway } from '../../../local/gateway/gateway.ts';
import { createNamespaces } from '../../../local/namespaces/namespaces.ts';
import { createSecretStore } from '../../../local/secrets/file-store.ts';
import { createWorkloads } from '../../../local/workloads/create-workloads.ts';
import type { LocalWorkloads } from '../../../local/workloads/model.ts';
import { eventually } from '../../support/eventually.ts';
import { SILENT_LOG } from '../../support/silent-log.ts';
import { CREDENTIALS, deployBody } from './harness.ts';

const IMAGE = 'functions/alpine:latest';

/** What OpenFaaS's certifier asks of a provider, over real processes. */
describe('the gateway over real processes', () => {
  let directory: string;
  let workloads: LocalWorkloads;
  let gateway: Gateway;

  before(async () => {
    directory = mkdtempSync(join(tmpdir(), 'foresize-real-'));
    const secrets = createSecretStore(join(directory, 'secrets'));
    workloads = await createWorkloads({
      images: new Map([[IMAGE, { kind: 'fork' }]]),
      secrets,
      stateDirectory: join(directory, 'state'),
      probes: { initialDelayMs: 0, startupPeriodMs: 50 },
      log: SILENT_LOG,
    });
    const namespaces = createNamespaces();
    const ports = { port: 0, metricsPort: 0 };
    gateway = await createGateway({
      workloads,
      secrets,
      namespaces,
      credentials: CREDENTIALS,
      log: SILENT_LOG,
      ...ports,
    });
    await system('POST', '/secrets', { name: 'secret-api-key', value: 'this-is-the-secret' });
    await deploy('cat', 'cat');
    await deploy('env', 'env');
    await deploy('reads-secret', 'cat /var/openfaas/secrets/secret-api-key', { secrets: ['secret-api-key'] });
  });

  after(async () => {
    await gateway.close();
    await workloads.stop();
    rmSync(directory, { recursive: true });
  });

  const system = (method: string, path: string, body?: unknown): Promise<Response> =>
    fetch(`${gateway.url}/system${path}`, {
      method,
      headers: {
        authorization: `Basic ${Buffer.from(`${CREDENTIALS.user}:${CREDENTIALS.password}`).toString('base64')}`,
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });

  async function deploy(name: string, envProcess: string, more: Record<string, unknown> = {}): Promise<void> {
    const answer = await system('POST', '/functions', deployBody(name, IMAGE, { envProcess, ...more }));
    expect(answer.status, await answer.text()).to.equal(202);
  }

  const invoke = (path: string, body = ''): Promise<Response> =>
    fetch(`${gateway.url}/function/${path}`, { method: 'POST', body });

  it('waits for the first replica of a fresh function, then answers', async () => {
    const answer = await invoke('cat', 'this is a test');
    expect(answer.status).to.equal(200);
    expect(await answer.text()).to.equal('this is a test');
    expect(answer.headers.get('x-call-id')).to.be.a('string');
    expect(answer.headers.get('x-start-time')).to.match(/^\d+$/);
  });

  it('gives the function method and query', async () => {
    const text = await (await invoke('env?testing=1')).text();
    expect(text).to.contain('Http_Method=POST').and.contain('Http_Query=testing=1');
  });

  it('mounts a secret', async () => {
    expect(await (await invoke('reads-secret')).text()).to.contain('this-is-the-secret');
  });

  it('refuses an image and a secret that are not there, and leaves nothing behind', async () => {
    for (const body of [
      deployBody('odd', 'nobody/knows:1'),
      deployBody('odd', IMAGE, { envProcess: 'cat', secrets: ['none'] }),
    ]) {
      expect((await system('POST', '/functions', body)).status).to.equal(400);
    }
    expect((await system('GET', '/function/odd')).status).to.equal(404);
  });

  it('gives the logs of the forked process', async () => {
    await invoke('cat', 'x');
    await eventually(async () => {
      const text = await (await system('GET', '/logs?name=cat&follow=false')).text();
      return text.includes('Forking fprocess.') && text.includes('Wrote 1 Bytes');
    });
  });

  it('reports replicas, process and available replicas', async () => {
    const body = { serviceName: 'cat', replicas: 2 };
    expect((await system('POST', '/scale-function/cat', body)).status).to.equal(202);
    const status = await eventually(async () => {
      const now = (await (await system('GET', '/function/cat')).json()) as Record<string, unknown>;
      return now.availableReplicas === 2 && now;
    });
    expect(status).to.include({ replicas: 2, envProcess: 'cat' });
  });

  it('answers through an update', async () => {
    const update = await system('PUT', '/functions', deployBody('cat', IMAGE, { envProcess: 'cat' }));
    expect(update.status).to.equal(202);
    for (let call = 0; call < 5; call += 1) {
      expect(await (await invoke('cat', `call ${call}`)).text()).to.equal(`call ${call}`);
    }
  });

  it('no longer knows what is removed', async () => {
    expect((await system('DELETE', '/functions', { functionName: 'env' })).status).to.equal(202);
    expect((await invoke('env')).status).to.equal(404);
  });
});
