import { expect } from 'chai';
import { z } from 'zod';
import type { SecretStore } from '../../../local/secrets/store.ts';
import { startApi, type RunningApi } from './running-api.ts';
import { deploymentOf } from './workloads-in-memory.ts';

const tableSchema = z.object({ columnDefinitions: z.array(z.object({ name: z.string() })) });
const kept = new Map([
  ['foresize-key', new Map([['foresize-key', Buffer.from('s3cret')]])],
  [
    'foresize-reader',
    new Map([
      ['token', Buffer.from('t')],
      ['ca.crt', Buffer.from('c')],
      ['namespace', Buffer.from('n')],
    ]),
  ],
]);
const readOnly = (): never => {
  throw new Error('the API only reads secrets');
};
const secrets: SecretStore = {
  list: (namespace) => (namespace === 'openfaas-fn' ? [...kept.keys()] : []),
  has: (_, name) => kept.has(name),
  files: (namespace, name) => (namespace === 'openfaas-fn' ? kept.get(name) : undefined),
  create: readOnly,
  update: readOnly,
  remove: readOnly,
};

describe('Secrets and namespaces of the local Kubernetes API', () => {
  let running: RunningApi;
  before(async () => {
    running = await startApi({ secrets });
  });
  after(() => running.close());
  const path = '/api/v1/namespaces/openfaas-fn/secrets';

  it('are shown to the administrator, by their type', async () => {
    const key = await running.call('GET', `${path}/foresize-key`);
    expect(key.body).to.deep.include({ type: 'Opaque', data: { 'foresize-key': 'czNjcmV0' } });
    const list = await running.call('GET', path);
    expect(list.body).to.have.nested.property('items[1].type', 'kubernetes.io/service-account-token');
    expect((await running.call('GET', `${path}/none`)).body).to.include({ code: 404 });
  });

  it('are not shown to the service accounts, nor written by anyone', async () => {
    for (const { token } of [running.api.identities.reader, running.api.identities.writer]) {
      for (const wanted of [path, `${path}/foresize-key`]) {
        const answer = await running.call('GET', wanted, { token });
        expect(answer.body).to.include({ code: 403, reason: 'Forbidden' });
        expect(answer.text).to.not.include('czNjcmV0');
      }
    }
    const post = await running.call('POST', path, { body: { metadata: { name: 'x' } } });
    expect(post.body).to.include({ code: 405 });
  });

  it('lists the functions’ namespace and those in use', async () => {
    running.workloads.add(deploymentOf('other', undefined, 'elsewhere'));
    const { body } = await running.call('GET', '/api/v1/namespaces');
    expect(body).to.have.nested.property('items[0].metadata.name', 'elsewhere');
    expect(body).to.have.nested.property('items[1].metadata.name', 'openfaas-fn');
    const one = await running.call('GET', '/api/v1/namespaces/elsewhere');
    expect(one.body).to.have.nested.property('status.phase', 'Active');
    expect(await running.call('GET', '/api/v1/namespaces/none')).to.have.property('status', 404);
  });

  it('shows every kind as a table to whoever asks for one', async () => {
    const accept = 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json';
    for (const [table, columns] of [
      [path, ['Name', 'Type', 'Data', 'Age']],
      ['/api/v1/namespaces', ['Name', 'Status', 'Age']],
      ['/api/v1/namespaces/openfaas-fn/events', ['Last Seen', 'Type', 'Reason', 'Object', 'Message']],
      ['/api/v1/namespaces/openfaas-fn/limitranges', ['Name', 'Age']],
    ] as const) {
      const { body } = await running.call('GET', table, { accept });
      expect(body).to.include({ kind: 'Table', apiVersion: 'meta.k8s.io/v1' });
      const { columnDefinitions } = tableSchema.parse(body);
      expect(columnDefinitions.map(({ name }) => name)).to.deep.equal(columns);
    }
  });
});
