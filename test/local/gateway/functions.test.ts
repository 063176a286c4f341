import { expect } from 'chai';
import { deployBody, startHarness, type Harness } from './harness.ts';

describe('/system/functions', () => {
  let harness: Harness;

  beforeEach(async () => {
    harness = await startHarness({ image: (_request, response) => response.end('ok') });
  });

  afterEach(() => harness.stop());

  const deploy = (name: string, more: Record<string, unknown> = {}): Promise<Response> =>
    harness.system('POST', '/functions', deployBody(name, 'image', more));

  it('deploys with 202 and nothing in the body', async () => {
    const answer = await deploy('probe');
    expect(answer.status).to.equal(202);
    expect(await answer.text()).to.equal('');
  });

  it('gives a function back with its labels, canonical quantities and replicas, without what is empty', async () => {
    await harness.system('POST', '/secrets', { name: 'key', value: 'v' });
    await deploy('probe', {
      envVars: { mode: 'x' },
      secrets: ['key'],
      labels: { team: 'a' },
      annotations: { topic: 'cron-function' },
      limits: { cpu: '0.2', memory: '128Mi' },
      requests: { cpu: '50m' },
    });
    const answer = await harness.system('GET', '/function/probe?usage=1');
    expect(answer.status).to.equal(200);
    const { createdAt, ...status } = (await answer.json()) as Record<string, unknown>;
    expect(Date.parse(String(createdAt))).to.be.closeTo(Date.now(), 60_000);
    expect(status).to.deep.equal({
      name: 'probe',
      image: 'image',
      namespace: 'openfaas-fn',
      envVars: { mode: 'x' },
      secrets: ['key'],
      labels: { team: 'a', faas_function: 'probe' },
      annotations: { 'prometheus.io.scrape': 'false', topic: 'cron-function' },
      limits: { cpu: '200m', memory: '128Mi' },
      requests: { cpu: '50m' },
      replicas: 1,
      availableReplicas: 1,
    });
  });

  it('lists the functions of one namespace', async () => {
    await harness.system('POST', '/namespace/', { name: 'staging', annotations: { openfaas: '1' } });
    await deploy('one');
    await deploy('two', { namespace: 'staging' });
    const names = async (query: string): Promise<unknown> => {
      const listed = (await (await harness.system('GET', `/functions${query}`)).json()) as { name: string }[];
      return listed.map(({ name }) => name);
    };
    expect(await names('')).to.deep.equal(['one']);
    expect(await names('?namespace=staging')).to.deep.equal(['two']);
    expect((await harness.system('GET', '/functions?namespace=none')).status).to.equal(400);
  });

  it('answers 404 and nothing for a function that is not there', async () => {
    const answer = await harness.system('GET', '/function/ghost');
    expect(answer.status).to.equal(404);
    expect(await answer.text()).to.equal('');
  });

  it('refuses a second POST with 500, as the real one, and keeps the first', async () => {
    await deploy('probe', { envVars: { a: '1' } });
    const answer = await deploy('probe', { envVars: { a: '2' } });
    expect(answer.status).to.equal(500);
    expect(await answer.text()).to.contain('probe');
    expect(harness.workloads.deployment('openfaas-fn', 'probe')?.spec.envVars).to.deep.equal({ a: '1' });
  });

  it('replaces the whole function on PUT, and rolls it out even when nothing changed', async () => {
    await deploy('probe', { envVars: { a: '1' } });
    const put = (): Promise<Response> =>
      harness.system('PUT', '/functions', deployBody('probe', 'image', { labels: { b: '2' } }));
    expect((await put()).status).to.equal(202);
    expect((await put()).status).to.equal(202);
    const deployment = harness.workloads.deployment('openfaas-fn', 'probe');
    expect(deployment?.spec.envVars).to.deep.equal({});
    expect(deployment?.generation).to.equal(3);
  });

  it('answers PUT and DELETE of an unknown function with 404', async () => {
    expect((await harness.system('PUT', '/functions', deployBody('ghost', 'image'))).status).to.equal(404);
    expect((await harness.system('DELETE', '/functions', { functionName: 'ghost' })).status).to.equal(404);
  });

  it('removes a function', async () => {
    await deploy('probe');
    expect((await harness.system('DELETE', '/functions', { functionName: 'probe' })).status).to.equal(202);
    expect(harness.workloads.deployments()).to.have.length(0);
  });

  it('takes null for an empty map or list, as Go clients send it', async () => {
    const nothing = { envVars: null, labels: null, annotations: null, secrets: null, limits: null };
    expect((await deploy('probe', nothing)).status).to.equal(202);
  });

  it("takes keys by Kubernetes' rules, with a prefix and without", async () => {
    const labels = {
      team: 'a',
      'com.openfaas.scale.min': '1',
      'example.com/Team_1': '',
      ['x'.repeat(63)]: 'b',
    };
    const annotations = { topic: 'none', 'Example.com/path': 'any text / at all' };
    expect((await deploy('probe', { labels, annotations })).status).to.equal(202);
  });

  for (const [body, ...told] of [
    [deployBody('Not_A_Name', 'image'), 'service', 'Not_A_Name'],
    [{ image: 'image' }, 'service'],
    [{ service: 'probe' }, 'probe', 'image'],
    [deployBody('probe', 'image', { namespace: 'nowhere' }), 'nowhere'],
    [deployBody('probe', 'image', { limits: { cpu: 'much' } }), 'probe', 'limits.cpu', 'much'],
    [deployBody('probe', 'image', { limits: { memory: '-1Mi' } }), 'limits.memory'],
    [
      deployBody('probe', 'image', { limits: { cpu: '100m' }, requests: { cpu: '0.2' } }),
      'requests.cpu',
      '0.2',
      '100m',
    ],
    [deployBody('probe', 'image', { envVars: { port: 8080 } }), 'probe', 'envVars.port'],
    [deployBody('probe', 'image', { envVars: { 'A=B': 'c' } }), 'envVars', 'A=B', 'without ='],
    [deployBody('probe', 'image', { envVars: { PLAIN: 'a\0b' } }), 'envVars.PLAIN', 'null character'],
    [deployBody('probe', 'image', { labels: { team: 'a b' } }), 'labels.team'],
    ...['', 'a b', 'team-', 'x'.repeat(64), 'Example.com/team', '/team', 'a/b/c'].map(
      (key) => [deployBody('probe', 'image', { labels: { [key]: 'a' } }), 'labels', key, 'no key'] as const,
    ),
    [deployBody('probe', 'image', { annotations: { 'a b': 'c' } }), 'annotations.a b', 'no key'],
    [deployBody('probe', 'unheard-of'), 'probe', 'unheard-of'],
    [deployBody('probe', 'image', { secrets: ['missing-one'] }), 'probe', 'missing-one'],
    [[1, 2], 'function'],
  ] as const) {
    it(`refuses ${JSON.stringify(body)} with 400 and names ${told.join(', ')}`, async () => {
      const answer = await harness.system('POST', '/functions', body);
      expect(answer.status).to.equal(400);
      expect(answer.headers.get('content-type')).to.match(/^text\/plain/);
      const text = await answer.text();
      for (const word of told) expect(text).to.contain(word);
      expect(harness.workloads.deployments()).to.have.length(0);
    });
  }

  it('refuses what is not JSON', async () => {
    const authorization = `Basic ${Buffer.from('admin:open sesame').toString('base64')}`;
    const init = { method: 'POST', headers: { authorization }, body: '{"service":' };
    const answer = await harness.call('/system/functions', init);
    expect(answer.status).to.equal(400);
    expect(await answer.text()).to.match(/^the body is not JSON/);
  });

  it('keeps what runs when an update is refused', async () => {
    await deploy('probe');
    const bad = deployBody('probe', 'unheard-of');
    expect((await harness.system('PUT', '/functions', bad)).status).to.equal(400);
    expect(harness.workloads.deployment('openfaas-fn', 'probe')?.generation).to.equal(1);
  });

  for (const [asked, got] of [
    [0, 1],
    [3, 3],
    [40, 5],
  ] as const) {
    it(`scales to ${got} when ${asked} are asked for`, async () => {
      await deploy('probe');
      const body = { serviceName: 'probe', replicas: asked };
      expect((await harness.system('POST', '/scale-function/probe', body)).status).to.equal(202);
      expect(harness.workloads.deployment('openfaas-fn', 'probe')?.replicas).to.equal(got);
    });
  }

  it('refuses to scale what is not there, and by what is no number', async () => {
    await deploy('probe');
    const scale = (name: string, replicas: unknown): Promise<Response> =>
      harness.system('POST', `/scale-function/${name}`, { serviceName: name, replicas });
    expect((await scale('ghost', 2)).status).to.equal(404);
    const answer = await scale('probe', 'two');
    expect(answer.status).to.equal(400);
    expect(await answer.text())
      .to.contain('probe')
      .and.contain('replicas');
  });
});
