import { expect } from 'chai';
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { startApi, type Answer, type RunningApi } from './running-api.ts';

const MAPS = '/api/v1/namespaces/openfaas-fn/configmaps';
/** All but those that the platform makes. */
const OTHERS = `${MAPS}?fieldSelector=metadata.name!=foresize-cycle,metadata.name!=foresize-kill-switch`;
const MERGE = 'application/merge-patch+json';

const map = (name: string, data: object, metadata: object = {}): object => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, ...metadata },
  data,
});

const versionSchema = z.object({ metadata: z.object({ resourceVersion: z.string() }) });

function versionOf(body: unknown): string {
  expect(body).to.have.nested.property('metadata.resourceVersion').that.matches(/^\d+$/);
  return versionSchema.parse(body).metadata.resourceVersion;
}

describe('ConfigMaps of the local Kubernetes API', () => {
  let directory: string;
  let running: RunningApi;
  beforeEach(async () => {
    directory = mkdtempSync(join(tmpdir(), 'foresize-configmaps-'));
    running = await startApi({ directory });
  });
  afterEach(async () => {
    await running.close();
    rmSync(directory, { recursive: true });
  });

  it('are created, read, listed, replaced, patched and deleted', async () => {
    const created = await running.call('POST', MAPS, { body: map('one', { a: '1' }) });
    expect(created.status).to.equal(201);
    expect(created.body).to.deep.include({ kind: 'ConfigMap', data: { a: '1' } });
    expect(created.body).to.have.nested.property('metadata.namespace', 'openfaas-fn');

    const replaced = await running.call('PUT', `${MAPS}/one`, { body: map('one', { a: '2', b: '3' }) });
    expect(replaced.body).to.deep.include({ data: { a: '2', b: '3' } });
    const patched = await running.call('PATCH', `${MAPS}/one`, {
      contentType: MERGE,
      body: { data: { a: null, c: '4' } },
    });
    expect(patched.body).to.deep.include({ data: { b: '3', c: '4' } });

    const list = await running.call('GET', OTHERS);
    expect(list.body).to.have.nested.property('items[0].data.c', '4');
    expect(await running.call('DELETE', `${MAPS}/one`)).to.have.property('status', 200);
    const gone = await running.call('GET', `${MAPS}/one`);
    expect(gone.body).to.include({ code: 404, message: 'configmaps "one" not found' });
  });

  it('let one of two writers win', async () => {
    const created = await running.call('POST', MAPS, { body: map('one', { n: '0' }) });
    const resourceVersion = versionOf(created.body);
    const put = (n: string): Promise<Answer> =>
      running.call('PUT', `${MAPS}/one`, { body: map('one', { n }, { resourceVersion }) });
    const answers = await Promise.all([put('1'), put('2')]);
    expect(answers.map(({ status }) => status).sort()).to.deep.equal([200, 409]);
    const loser = answers.find(({ status }) => status === 409);
    expect(loser?.body).to.include({
      reason: 'Conflict',
      message:
        'Operation cannot be fulfilled on configmaps "one": the object has been modified; please apply your changes to the latest version and try again',
    });
    const again = await running.call('POST', MAPS, { body: map('one', {}) });
    expect(again.body).to.include({ code: 409, reason: 'AlreadyExists' });
  });

  it('keep their version when nothing changes', async () => {
    const { body } = await running.call('POST', MAPS, {
      body: map('one', { n: '0' }, { labels: { app: 'x' } }),
    });
    const same = await running.call('PUT', `${MAPS}/one`, {
      body: map('one', { n: '0' }, { labels: { app: 'x' } }),
    });
    expect(versionOf(same.body)).to.equal(versionOf(body));
    const dry = await running.call('PUT', `${MAPS}/one?dryRun=All`, { body: map('one', { n: '9' }) });
    expect(dry.body).to.have.nested.property('data.n', '9');
    expect((await running.call('GET', `${MAPS}/one`)).body).to.have.nested.property('data.n', '0');
  });

  it('survive a restart of the platform with their versions, in private files', async () => {
    const { body } = await running.call('POST', MAPS, { body: map('kept', { a: '1' }) });
    await running.call('POST', MAPS, { body: map('dropped', {}) });
    await running.call('DELETE', `${MAPS}/dropped`);
    await running.close();
    expect(readdirSync(join(directory, 'configmaps/openfaas-fn'))).to.have.members([
      'foresize-cycle.json',
      'foresize-kill-switch.json',
      'kept.json',
    ]);
    expect(statSync(join(directory, 'configmaps/openfaas-fn/kept.json')).mode & 0o777).to.equal(0o600);

    running = await startApi({ directory });
    const read = await running.call('GET', `${MAPS}/kept`);
    expect(read.body).to.deep.equal(body);
    const put = await running.call('PUT', `${MAPS}/kept`, {
      body: map('kept', { a: '2' }, { resourceVersion: versionOf(body) }),
    });
    expect(Number(versionOf(put.body))).to.be.greaterThan(Number(versionOf(body)));
  });

  it('leave a damaged file alone and say so', async () => {
    await running.call('POST', MAPS, { body: map('kept', { a: '1' }) });
    await running.close();
    const damaged = join(directory, 'configmaps/openfaas-fn/damaged.json');
    writeFileSync(damaged, '{"kind":"ConfigMap",');
    const warnings: string[] = [];
    const log = { warn: (text: string) => warnings.push(text), error: () => undefined };
    running = await startApi({ directory, log });
    expect(warnings.join()).to.include(damaged);
    expect((await running.call('GET', OTHERS)).body)
      .to.have.property('items')
      .with.lengthOf(1);
    expect(statSync(damaged).size).to.equal(20);
  });

  it('hold at most 1 MiB', async () => {
    const most = 'x'.repeat(2 ** 20);
    expect(await running.call('POST', MAPS, { body: map('full', { most }) })).to.have.property('status', 201);
    const over = await running.call('POST', MAPS, { body: map('over', { most, more: 'y' }) });
    expect(over.body).to.include({ code: 422, reason: 'Invalid' });
    expect(over.body).to.have.property('message').that.includes('may not be more than 1048576 bytes');
    const huge = await running.call('POST', MAPS, { body: map('huge', { huge: 'x'.repeat(4 << 20) }) });
    expect(huge.body).to.include({
      code: 413,
      reason: 'RequestEntityTooLarge',
      message: 'Request entity too large: limit is 3145728',
    });
  });

  const refused: [string, unknown, number, RegExp][] = [
    ['a name that leads out of the directory', map('../x', {}), 422, /metadata.name: Invalid value/],
    ['an upper-case name', map('Aa', {}), 422, /lowercase RFC 1123 subdomain/],
    ['no name', { metadata: {} }, 422, /metadata.name: Required value/],
    ['a value that is no string', map('x', { a: 1 }), 400, /cannot be handled as a ConfigMap/],
    ['a key with a slash', map('x', { 'a/b': '1' }), 422, /data\[a\/b\]: Invalid value/],
    ['another kind', { ...map('x', {}), kind: 'Secret' }, 400, /cannot be handled as a ConfigMap/],
    ['another namespace', map('x', {}, { namespace: 'other' }), 400, /namespace of the provided object/],
    ['a list', [], 400, /cannot be handled as a ConfigMap/],
  ];
  for (const [what, body, status, message] of refused) {
    it(`refuse ${what}`, async () => {
      const answer = await running.call('POST', MAPS, { body });
      expect(answer.status).to.equal(status);
      expect(answer.body).to.have.property('message').that.matches(message);
      expect((await running.call('GET', OTHERS)).body).to.have.property('items').that.is.empty;
    });
  }

  it('refuse a name that is not the one of the path', async () => {
    await running.call('POST', MAPS, { body: map('one', {}) });
    const answer = await running.call('PUT', `${MAPS}/one`, { body: map('two', {}) });
    expect(answer.body).to.include({ code: 400 });
    expect(answer.body).to.have.property('message').that.includes('(two) does not match');
  });

  it('take what looks like a prototype for a plain key', async () => {
    const raw = '{"metadata":{"name":"proto"},"data":{"__proto__":"1","constructor":"2"}}';
    await running.call('POST', MAPS, { raw });
    const patch = '{"data":{"__proto__":"3"}}';
    await running.call('PATCH', `${MAPS}/proto`, { raw: patch, contentType: MERGE });
    const { text } = await running.call('GET', `${MAPS}/proto`);
    expect(text).to.include('"constructor":"2"');
    expect(Object.getOwnPropertyDescriptor(Object.prototype, '3')).to.equal(undefined);
    expect(Object.hasOwn({}, 'polluted')).to.equal(false);
  });
});

describe('ConfigMaps sent as protobuf', () => {
  let running: RunningApi;
  before(async () => {
    running = await startApi();
  });
  after(() => running.close());

  const bytes = (number: number, content: Buffer | string): Buffer => {
    const body = Buffer.from(content);
    return Buffer.concat([Buffer.from([number * 8 + 2, body.length]), body]);
  };
  const entry = (number: number, key: string, value: string): Buffer =>
    bytes(number, Buffer.concat([bytes(1, key), bytes(2, value)]));
  const message = Buffer.concat([
    Buffer.from('k8s\0'),
    bytes(1, Buffer.concat([bytes(1, 'v1'), bytes(2, 'ConfigMap')])),
    bytes(
      2,
      Buffer.concat([
        bytes(1, Buffer.concat([bytes(1, 'switch'), entry(11, 'app', 'x')])),
        entry(2, 'stop', 'yes'),
        entry(3, 'raw', '\x01\x02'),
      ]),
    ),
  ]);
  const contentType = 'application/vnd.kubernetes.protobuf';

  it('are understood', async () => {
    const { status, body } = await running.call('POST', MAPS, { raw: message, contentType });
    expect(status).to.equal(201);
    expect(body).to.deep.include({ data: { stop: 'yes' }, binaryData: { raw: 'AQI=' } });
    expect(body).to.have.nested.property('metadata.labels.app', 'x');
  });

  it('are refused wherever they are cut short', async () => {
    for (let length = 0; length < message.length; length += 1) {
      const { status } = await running.call('POST', MAPS, {
        raw: message.subarray(0, length),
        contentType,
      });
      // Cut at a field's end, what is left may be a whole message without a name.
      expect([400, 422], `${length} bytes`).to.include(status);
    }
  });
});
