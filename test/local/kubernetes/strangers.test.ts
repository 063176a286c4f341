import { expect } from 'chai';
import { connect } from 'node:tls';
import { startApi, type Call, type RunningApi } from './running-api.ts';

const PODS = '/api/v1/namespaces/openfaas-fn/pods';
const MAPS = '/api/v1/namespaces/openfaas-fn/configmaps';

describe('The local Kubernetes API, asked nonsense', () => {
  let running: RunningApi;
  before(async () => {
    running = await startApi();
  });
  after(() => running.close());

  const nested = '['.repeat(10_000) + ']'.repeat(10_000);
  const cases: [string, string, string, Call, number, string][] = [
    ['JSON cut short', 'POST', MAPS, { raw: '{"metadata":' }, 400, 'BadRequest'],
    ['bytes that are no UTF-8', 'POST', MAPS, { raw: Buffer.from([0x22, 0xff, 0x22]) }, 400, 'BadRequest'],
    ['an empty body', 'POST', MAPS, { raw: '' }, 400, 'BadRequest'],
    ['JSON nested without end', 'POST', MAPS, { raw: nested }, 400, 'BadRequest'],
    ['a form', 'POST', MAPS, { raw: 'a=b', contentType: 'text/plain' }, 415, 'UnsupportedMediaType'],
    ['a patch as JSON', 'PATCH', `${PODS}/x/resize`, { body: {} }, 415, 'UnsupportedMediaType'],
    ['an unknown resource', 'GET', '/api/v1/namespaces/openfaas-fn/widgets', {}, 404, 'NotFound'],
    ['an unknown group', 'GET', '/apis/example.com/v1/widgets', {}, 404, 'NotFound'],
    ['an unknown version', 'GET', '/apis/apps/v2/deployments', {}, 404, 'NotFound'],
    ['an unknown path', 'GET', '/etc/passwd', {}, 404, 'NotFound'],
    ['another page of the kubelet', 'GET', '/api/v1/nodes/local/proxy/logs', {}, 404, 'NotFound'],
    ['another node’s metrics', 'GET', '/api/v1/nodes/x/proxy/metrics/cadvisor', {}, 404, 'NotFound'],
    ['a path upwards', 'GET', `${MAPS}/../../../../etc/passwd`, {}, 404, 'NotFound'],
    ['an escaped path upwards', 'GET', `${MAPS}/..%2f..%2ftokens`, {}, 404, 'NotFound'],
    ['an escape cut short', 'GET', `${MAPS}/%E0%A4%A`, {}, 400, 'BadRequest'],
    ['a null byte', 'DELETE', `${MAPS}/a%00b`, {}, 404, 'NotFound'],
    ['a name without its namespace', 'GET', '/api/v1/pods/x', {}, 404, 'NotFound'],
    ['an inherited name', 'GET', `${MAPS}/__proto__`, {}, 404, 'NotFound'],
    ['a bad label selector', 'GET', `${PODS}?labelSelector=%3D%3D`, {}, 400, 'BadRequest'],
    ['an unknown field', 'GET', `${PODS}?fieldSelector=spec.x%3D1`, {}, 400, 'BadRequest'],
    ['an unknown dry run', 'POST', `${MAPS}?dryRun=Some`, { body: {} }, 400, 'BadRequest'],
    ['a method that is not served', 'DELETE', `${PODS}/x`, {}, 405, 'MethodNotAllowed'],
    ['a method that does not exist', 'REPORT', PODS, {}, 405, 'MethodNotAllowed'],
    ['an answer that is not JSON', 'GET', PODS, { accept: 'text/html' }, 406, 'NotAcceptable'],
  ];
  for (const [what, method, path, call, status, reason] of cases) {
    it(`answers ${status} ${reason} to ${what}`, async () => {
      const answer = await running.call(method, path, call);
      expect(answer.status, answer.text).to.equal(status);
      expect(answer.body).to.deep.include({ kind: 'Status', status: 'Failure', reason, code: status });
    });
  }

  it('stops reading a body without a length once it is too long, and serves on', async () => {
    const { host, port, caPem, identities } = running.api;
    const socket = connect({ host, port, ca: caPem });
    socket.write(
      `POST ${MAPS} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${identities.admin.token}\r\n` +
        'content-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n',
    );
    const block = Buffer.from(`10000\r\n${' '.repeat(0x10000)}\r\n`);
    for (let sent = 0; sent < 50; sent += 1) socket.write(block);
    let text = '';
    socket.on('error', () => undefined);
    for await (const chunk of socket) {
      text += String(chunk);
      if (text.includes('"code":413')) break;
    }
    expect(text).to.match(/^HTTP\/1.1 413 /);
    expect(await running.call('GET', PODS)).to.have.property('status', 200);
  });

  it('says what it serves', async () => {
    const { body: version } = await running.call('GET', '/version');
    expect(version).to.include({ major: '1', minor: '34', gitVersion: 'v1.34.0' });
    const { body: core } = await running.call('GET', '/api/v1');
    expect(core)
      .to.have.property('resources')
      .that.deep.includes({
        name: 'pods/resize',
        singularName: '',
        namespaced: true,
        kind: 'Pod',
        verbs: ['get', 'patch', 'update'],
      });
    const { body: groups } = await running.call('GET', '/apis');
    expect(groups).to.have.nested.property('groups[0].preferredVersion.groupVersion', 'apps/v1');
    for (const path of ['/api', '/apis/apps', '/apis/apps/v1', '/apis/metrics.k8s.io/v1beta1']) {
      expect(await running.call('GET', path), path).to.have.property('status', 200);
    }
  });

  it('keeps the last thousand events', async () => {
    const path = '/api/v1/namespaces/openfaas-fn/events';
    const event = (n: number): Promise<unknown> =>
      running.call('POST', path, {
        body: {
          metadata: { name: `e-${n}` },
          involvedObject: { kind: 'Pod', name: n % 2 === 0 ? 'even' : 'odd' },
          reason: 'Resized',
          type: 'Normal',
          count: 1,
        },
      });
    for (let n = 0; n < 1010; n += 10) await Promise.all(Array.from({ length: 10 }, (_, i) => event(n + i)));
    const { body } = await running.call('GET', path);
    expect(body).to.have.property('items').with.lengthOf(1000);
    const odd = await running.call('GET', `${path}?fieldSelector=involvedObject.name%3Dodd`);
    expect(odd.body).to.have.property('items').with.lengthOf(500);
    const patched = await running.call('PATCH', `${path}/e-1009`, {
      contentType: 'application/merge-patch+json',
      body: { count: 2 },
    });
    expect(patched.body).to.have.property('count', 2);
  });
});
