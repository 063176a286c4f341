import { expect } from 'chai';
import { deployBody, startHarness, type Harness } from './harness.ts';

describe('the administration of the gateway', () => {
  let harness: Harness;

  beforeEach(async () => {
    harness = await startHarness({ image: (_request, response) => response.end('ok') });
  });

  afterEach(() => harness.stop());

  const json = async (path: string): Promise<unknown> => (await harness.system('GET', path)).json();

  it('tells release and sha of provider and gateway', async () => {
    const info = await json('/info');
    expect(info).to.have.nested.include({
      'provider.provider': 'foresize-local',
      'provider.version.release': '1.2.3',
      'provider.version.sha': 'abc',
      'provider.orchestration': 'local',
      'version.release': '1.2.3',
      'version.sha': 'abc',
    });
    expect(info).to.have.property('arch').that.is.a('string');
    expect(info).to.have.nested.property('version.commit_message').that.is.a('string');
  });

  describe('of namespaces', () => {
    const staging = { name: 'staging', annotations: { openfaas: '1' }, labels: { a: 'b' } };
    const create = (body: unknown): Promise<Response> => harness.system('POST', '/namespace/', body);

    it('begins with openfaas-fn', async () => {
      expect(await json('/namespaces')).to.deep.equal(['openfaas-fn']);
    });

    it('creates, gives, changes and removes one', async () => {
      expect((await create(staging)).status).to.equal(201);
      expect(await json('/namespaces')).to.deep.equal(['openfaas-fn', 'staging']);
      expect(await json('/namespace/staging')).to.deep.equal(staging);
      const changed = { ...staging, labels: { a: 'c' } };
      expect((await harness.system('PUT', '/namespace/staging', changed)).status).to.equal(202);
      expect(await json('/namespace/staging')).to.deep.equal(changed);
      expect((await harness.system('DELETE', '/namespace/staging', { name: 'staging' })).status).to.equal(
        202,
      );
      expect(await json('/namespaces')).to.deep.equal(['openfaas-fn']);
    });

    it('removes one with its functions and secrets, and nothing of another', async () => {
      await create(staging);
      await harness.system('POST', '/secrets', { name: 's', value: 'v', namespace: 'staging' });
      await harness.system('POST', '/functions', deployBody('f', 'image', { namespace: 'staging' }));
      await harness.system('POST', '/functions', deployBody('f', 'image'));
      await harness.system('DELETE', '/namespace/', { name: 'staging' });
      expect(harness.workloads.deployments().map(({ spec }) => spec.namespace)).to.deep.equal([
        'openfaas-fn',
      ]);
      await create(staging);
      expect(await json('/secrets?namespace=staging')).to.deep.equal([]);
    });

    it('refuses a bad name, a missing annotation, a second one, and to remove the default one', async () => {
      expect((await create({ ...staging, name: 'No Name' })).status).to.equal(400);
      expect(await (await create({ name: 'plain' })).text())
        .to.contain('plain')
        .and.contain('openfaas');
      await create(staging);
      expect((await create(staging)).status).to.equal(409);
      expect((await harness.system('DELETE', '/namespace/', { name: 'openfaas-fn' })).status).to.equal(400);
    });

    it('answers 404 for one that is not there', async () => {
      expect((await harness.system('GET', '/namespace/none')).status).to.equal(404);
      expect((await harness.system('PUT', '/namespace/none', { ...staging, name: 'none' })).status).to.equal(
        404,
      );
      expect((await harness.system('DELETE', '/namespace/', { name: 'none' })).status).to.equal(404);
    });
  });

  describe('of secrets', () => {
    it('creates, lists by name only, updates and removes one', async () => {
      const secret = { name: 'api.key', value: 'hush' };
      expect((await harness.system('POST', '/secrets', secret)).status).to.equal(201);
      const listed = await harness.system('GET', '/secrets');
      expect(listed.status).to.equal(200);
      expect(await listed.json()).to.deep.equal([{ name: 'api.key', namespace: 'openfaas-fn' }]);
      expect((await harness.system('PUT', '/secrets', { ...secret, value: 'new' })).status).to.equal(202);
      expect((await harness.system('DELETE', '/secrets', { name: 'api.key' })).status).to.equal(202);
      expect(await json('/secrets')).to.deep.equal([]);
    });

    it('keeps the bytes of value and of rawValue, in a file of the secret’s name', async () => {
      const bytes = Buffer.from([0, 255, 10, 128]);
      await harness.system('POST', '/secrets', { name: 'raw', rawValue: bytes.toString('base64') });
      await harness.system('POST', '/secrets', { name: 'text', value: ' ä\n' });
      const fileOf = (name: string): unknown => harness.secrets.files('openfaas-fn', name)?.get(name);
      expect(fileOf('raw')).to.deep.equal(bytes);
      expect(String(fileOf('text'))).to.equal(' ä\n');
      await harness.system('PUT', '/secrets', { name: 'raw', value: 'now text' });
      expect(String(fileOf('raw'))).to.equal('now text');
    });

    it('refuses a bad name, no value, broken base64 and an unknown namespace by name', async () => {
      const create = async (body: unknown): Promise<string> => {
        const answer = await harness.system('POST', '/secrets', body);
        expect(answer.status).to.equal(400);
        return answer.text();
      };
      expect(await create({ name: '../etc', value: 'v' })).to.contain('../etc');
      expect(await create({ name: 'empty' })).to.contain('empty');
      expect(await create({ name: 'raw', rawValue: '%' })).to.contain('rawValue');
      expect(await create({ name: 's', value: 'v', namespace: 'nowhere' })).to.contain('nowhere');
      expect(await json('/secrets')).to.deep.equal([]);
    });

    it('answers 409 for a second one, 404 for one that is not there', async () => {
      const secret = { name: 's', value: 'v' };
      await harness.system('POST', '/secrets', secret);
      expect((await harness.system('POST', '/secrets', secret)).status).to.equal(409);
      expect((await harness.system('PUT', '/secrets', { ...secret, name: 'none' })).status).to.equal(404);
      expect((await harness.system('DELETE', '/secrets', { name: 'none' })).status).to.equal(404);
    });
  });
});
