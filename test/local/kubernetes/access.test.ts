import { expect } from 'chai';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { X509Certificate } from 'node:crypto';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureCertificate } from '../../../local/kubernetes/certificate.ts';
import { startApi, type RunningApi } from './running-api.ts';

const NAMESPACE = '/api/v1/namespaces/openfaas-fn';
const METRICS = '/apis/metrics.k8s.io/v1beta1';
const READER = 'system:serviceaccount:openfaas-fn:foresize-reader';
const STATE = { metadata: { name: 'foresize-state-0' }, data: {} };

describe('Access to the local Kubernetes API', () => {
  let running: RunningApi;
  let tokens: Record<'admin' | 'reader' | 'writer', string>;
  before(async () => {
    running = await startApi();
    const { admin, reader, writer } = running.api.identities;
    tokens = { admin: admin.token, reader: reader.token, writer: writer.token };
    for (const name of ['foresize-state-0', 'foresize-kill-switch']) {
      await running.call('POST', `${NAMESPACE}/configmaps`, { body: { metadata: { name } } });
    }
  });
  after(() => running.close());

  const pod = `${NAMESPACE}/pods/qrcode-5d4f8c7b9-abcde`;
  const cases: [string, string, number, number, unknown?][] = [
    // method, path, reader, writer, body
    ['GET', pod, 200, 200],
    ['GET', `${NAMESPACE}/pods`, 200, 200],
    ['GET', '/api/v1/pods', 403, 403],
    ['GET', '/api/v1/namespaces/other/pods', 403, 403],
    ['GET', '/apis/apps/v1/namespaces/openfaas-fn/deployments', 200, 200],
    ['GET', '/apis/apps/v1/namespaces/openfaas-fn/deployments/qrcode', 200, 200],
    ['GET', '/api/v1/nodes', 200, 200],
    ['GET', '/api/v1/nodes/local', 200, 200],
    ['GET', '/api/v1/nodes/local/proxy/metrics/cadvisor', 200, 403],
    ['GET', `${METRICS}/namespaces/openfaas-fn/pods`, 200, 403],
    ['GET', `${METRICS}/nodes`, 403, 403],
    ['GET', `${NAMESPACE}/limitranges`, 403, 200],
    ['GET', `${NAMESPACE}/resourcequotas`, 403, 200],
    ['GET', '/apis/autoscaling/v2/namespaces/openfaas-fn/horizontalpodautoscalers', 403, 200],
    ['GET', `${NAMESPACE}/configmaps`, 403, 403],
    ['GET', `${NAMESPACE}/configmaps/foresize-cycle`, 200, 403],
    ['PUT', `${NAMESPACE}/configmaps/foresize-cycle`, 200, 403, { data: { cycle: '1' } }],
    ['GET', `${NAMESPACE}/configmaps/foresize-state-0`, 403, 200],
    ['PUT', `${NAMESPACE}/configmaps/foresize-state-0`, 403, 200, { data: {} }],
    ['POST', `${NAMESPACE}/configmaps`, 403, 409, STATE],
    ['POST', `${NAMESPACE}/configmaps`, 403, 403, { metadata: { name: 'anything-else' } }],
    ['GET', `${NAMESPACE}/configmaps/foresize-kill-switch`, 403, 200],
    ['PUT', `${NAMESPACE}/configmaps/foresize-kill-switch`, 403, 403, { data: {} }],
    ['DELETE', `${NAMESPACE}/configmaps/foresize-state-0`, 403, 403],
    ['POST', `${NAMESPACE}/events`, 403, 201, { metadata: { generateName: 'e-' }, involvedObject: {} }],
    ['GET', `${NAMESPACE}/secrets`, 403, 403],
    ['PATCH', pod, 403, 403, {}],
    ['DELETE', pod, 403, 403],
    ['PUT', `${pod}/resize`, 403, 403, {}],
    ['GET', '/apis/rbac.authorization.k8s.io/v1/roles', 403, 403],
    ['GET', '/metrics', 403, 403],
    ['GET', '/version', 200, 200],
    ['GET', '/api/v1', 200, 200],
  ];
  for (const [method, path, reader, writer, body] of cases) {
    const sent = body === undefined ? '' : ` with ${JSON.stringify(body)}`;
    it(`answers ${reader} to the reader and ${writer} to the writer for ${method} ${path}${sent}`, async () => {
      for (const [role, status] of [
        ['reader', reader],
        ['writer', writer],
      ] as const) {
        const answer = await running.call(method, path, { token: tokens[role], body });
        expect(answer.status, `${role}: ${answer.text}`).to.equal(status);
      }
      expect(await running.call(method, path, { token: null, body })).to.have.property('status', 401);
    });
  }

  it('lets the writer resize, and refuses the reader in the API server’s words', async () => {
    const patch = {
      contentType: 'application/strategic-merge-patch+json',
      body: { spec: { containers: [{ name: 'qrcode', resources: { limits: { cpu: '150m' } } }] } },
    };
    const refused = await running.call('PATCH', `${pod}/resize`, { ...patch, token: tokens.reader });
    expect(refused.status).to.equal(403);
    expect(refused.body).to.deep.include({
      reason: 'Forbidden',
      message: `pods "qrcode-5d4f8c7b9-abcde" is forbidden: User "${READER}" cannot patch resource "pods/resize" in API group "" in the namespace "openfaas-fn"`,
      details: { name: 'qrcode-5d4f8c7b9-abcde', kind: 'pods' },
    });
    const done = await running.call('PATCH', `${pod}/resize`, { ...patch, token: tokens.writer });
    expect(done.status).to.equal(200);
    const cluster = await running.call('GET', '/api/v1/pods', { token: tokens.reader });
    expect(cluster.body).to.include({
      message: `pods is forbidden: User "${READER}" cannot list resource "pods" in API group "" at the cluster scope`,
    });
  });

  it('answers 401 to every token but its own', async () => {
    for (const token of ['', 'x', `${tokens.admin}x`, tokens.admin.slice(1), 'Basic YTpi']) {
      const answer = await running.call('GET', '/api/v1/nodes', { token });
      expect(answer.body).to.include({ code: 401, reason: 'Unauthorized', message: 'Unauthorized' });
    }
  });

  it('tells anyone that it lives, and nothing else', async () => {
    for (const path of ['/healthz', '/livez', '/readyz']) {
      const answer = await running.call('GET', path, { token: null });
      expect(answer).to.include({ status: 200, text: 'ok' });
    }
  });

  it('gives each service account the files of a mounted token secret', () => {
    const { reader, writer } = running.api.identities;
    const text = (name: string): string => Buffer.from(reader.files.get(name) ?? []).toString();
    expect([...reader.files.keys()]).to.have.members(['token', 'ca.crt', 'namespace']);
    expect(text('token')).to.equal(reader.token);
    expect(text('ca.crt')).to.equal(running.api.caPem);
    expect(text('namespace')).to.equal('openfaas-fn');
    expect(reader.token).to.not.equal(writer.token);
  });

  it('keeps keys and tokens to their owner', () => {
    expect(statSync(running.directory).mode & 0o777).to.equal(0o700);
    for (const name of ['ca.key', 'server.key', 'tokens.json', 'kubeconfig']) {
      expect(statSync(join(running.directory, name)).mode & 0o777, name).to.equal(0o600);
    }
  });

  it('shows a certificate that is good for 127.0.0.1 and localhost under its authority, and for no one without it', async () => {
    const connect = (options: object): Promise<number> =>
      new Promise((resolve, reject) => {
        const { host, port } = running.api;
        request({ host, port, path: '/healthz', agent: false, ...options }, (response) => {
          response.resume();
          resolve(response.statusCode ?? 0);
        })
          .on('error', reject)
          .end();
      });
    expect(await connect({ ca: running.api.caPem, servername: 'localhost' })).to.equal(200);
    const error: unknown = await connect({}).catch((reason: unknown) => reason);
    expect(error).to.be.instanceOf(Error).with.property('code', 'UNABLE_TO_VERIFY_LEAF_SIGNATURE');
  });
});

describe('The certificate of the local Kubernetes API', () => {
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'foresize-certificate-'));
  });
  afterEach(() => {
    rmSync(directory, { recursive: true });
  });
  const DAY = 86_400_000;
  const now = Date.UTC(2026, 0, 1);

  it('is a server’s, signed by an authority that may sign', async () => {
    const { certificatePem, caPem } = await ensureCertificate(directory, now);
    const [server, authority] = [new X509Certificate(certificatePem), new X509Certificate(caPem)];
    expect(authority.ca).to.equal(true);
    expect(server.ca).to.equal(false);
    expect(server.checkIssued(authority)).to.equal(true);
    expect(server.verify(authority.publicKey)).to.equal(true);
    expect(server.checkIP('127.0.0.1')).to.equal('127.0.0.1');
    expect(server.checkHost('localhost')).to.equal('localhost');
  });

  it('is used again, renewed under the same authority before it ends, and both before the authority ends', async () => {
    const first = await ensureCertificate(directory, now);
    expect(await ensureCertificate(directory, now + 300 * DAY)).to.deep.equal(first);
    const second = await ensureCertificate(directory, now + 340 * DAY);
    expect(second.caPem).to.equal(first.caPem);
    expect(second.certificatePem).to.not.equal(first.certificatePem);
    const third = await ensureCertificate(directory, now + 3640 * DAY);
    expect(third.caPem).to.not.equal(first.caPem);
  });

  it('is made again where a file is damaged', async () => {
    await ensureCertificate(directory, now);
    writeFileSync(join(directory, 'server.crt'), 'nonsense');
    const { certificatePem } = await ensureCertificate(directory, now);
    expect(readFileSync(join(directory, 'server.crt'), 'utf8')).to.equal(certificatePem);
    expect(new X509Certificate(certificatePem).checkIP('127.0.0.1')).to.equal('127.0.0.1');
  });
});
