import { expect } from 'chai';
import { z } from 'zod';
import { startApi, type Answer, type RunningApi } from './running-api.ts';
import { deploymentOf, podOf } from './workloads-in-memory.ts';

const listSchema = z.object({ items: z.array(z.object({ metadata: z.object({ name: z.string() }) })) });
const STRATEGIC = 'application/strategic-merge-patch+json';
const MERGE = 'application/merge-patch+json';
const JSON_PATCH = 'application/json-patch+json';

describe('Pods of the local Kubernetes API', () => {
  let running: RunningApi;
  beforeEach(async () => {
    running = await startApi();
  });
  afterEach(() => running.close());

  const resize = (body: unknown, contentType = STRATEGIC): Promise<Answer> =>
    running.call('PATCH', `${running.podPath}/resize`, { body, contentType });
  const resources = (limits: object, requests: object, name = 'qrcode'): object => ({
    spec: { containers: [{ name, resources: { limits, requests } }] },
  });
  const inSpec = 'spec.containers[0].resources';

  it('shows a pod as the API server does', async () => {
    const { status, body } = await running.call('GET', running.podPath);
    expect(status).to.equal(200);
    expect(body).to.deep.include({ kind: 'Pod', apiVersion: 'v1' });
    for (const [path, value] of [
      ['metadata.labels.faas_function', 'qrcode'],
      ['metadata.creationTimestamp', '2023-11-14T22:13:20Z'],
      ['metadata.ownerReferences[0].kind', 'ReplicaSet'],
      ['metadata.ownerReferences[0].name', 'qrcode-5d4f8c7b9'],
      ['spec.nodeName', 'local'],
      ['spec.containers[0].name', 'qrcode'],
      ['spec.containers[0].image', 'registry.example/qrcode:1'],
      [`${inSpec}.limits.cpu`, '100m'],
      [`${inSpec}.requests.memory`, '64Mi'],
      ['status.phase', 'Running'],
      ['status.qosClass', 'Burstable'],
      ['status.containerStatuses[0].ready', true],
      ['status.containerStatuses[0].started', true],
      ['status.containerStatuses[0].restartCount', 0],
      ['status.containerStatuses[0].state.running.startedAt', '2023-11-14T22:13:21Z'],
      ['status.containerStatuses[0].resources.limits.memory', '256Mi'],
      ['status.containerStatuses[0].allocatedResources.cpu', '50m'],
      ['status.observedGeneration', 1],
    ] as const) {
      expect(body).to.have.nested.property(path, value);
    }
    expect(body).to.have.nested.property('status.conditions').that.deep.includes({
      type: 'Ready',
      status: 'True',
      observedGeneration: 1,
      lastTransitionTime: '2023-11-14T22:13:22Z',
    });
  });

  it('shows why a container waits, how its last run ended, and what became of a resize', async () => {
    const probe = deploymentOf('probe');
    const pod = podOf(probe, {
      ready: false,
      readySinceMs: null,
      startedAtMs: null,
      restarts: 3,
      waiting: 'CrashLoopBackOff',
      lastTermination: {
        reason: 'OOMKilled',
        exitCode: 137,
        startedAtMs: 1_700_000_000_000,
        atMs: 1_700_000_060_000,
      },
      conditions: [
        {
          type: 'PodResizePending',
          status: 'True',
          reason: 'Infeasible',
          message: 'node has 2 cores',
          observedGeneration: 4,
          changedAtMs: 1_700_000_050_000,
        },
      ],
    });
    running.workloads.add(probe, pod);
    const { body } = await running.call('GET', `/api/v1/namespaces/openfaas-fn/pods/${pod.name}`);
    const status = 'status.containerStatuses[0]';
    expect(body).to.have.nested.property(`${status}.state.waiting.reason`, 'CrashLoopBackOff');
    expect(body).to.have.nested.property(`${status}.lastState.terminated.reason`, 'OOMKilled');
    expect(body).to.have.nested.property(`${status}.lastState.terminated.finishedAt`, '2023-11-14T22:14:20Z');
    expect(body).to.have.nested.property('status.conditions[0].reason', 'Infeasible');
    expect(body).to.have.nested.property('status.conditions[0].observedGeneration', 4);
  });

  it('lists pods by namespace, label and field', async () => {
    const elsewhere = deploymentOf('other', undefined, 'elsewhere');
    running.workloads.add(elsewhere, podOf(elsewhere, { uid: 'x' }));
    const names = async (path: string): Promise<unknown[]> => {
      const { body } = await running.call('GET', path);
      expect(body).to.have.property('kind', 'PodList');
      return listSchema.parse(body).items.map(({ metadata }) => metadata.name);
    };
    const pods = '/api/v1/namespaces/openfaas-fn/pods';
    const [qrcode, other] = ['qrcode-5d4f8c7b9-abcde', 'other-5d4f8c7b9-abcde'];
    expect(await names('/api/v1/pods?limit=500')).to.deep.equal([other, qrcode]);
    expect(await names(pods)).to.deep.equal([qrcode]);
    expect(await names(`${pods}?labelSelector=faas_function%3Dqrcode`)).to.deep.equal([qrcode]);
    expect(await names(`${pods}?labelSelector=faas_function%21%3Dqrcode`)).to.deep.equal([]);
    expect(await names(`${pods}?labelSelector=tier+in+(demo,test),!gone,uid`)).to.deep.equal([qrcode]);
    expect(await names(`${pods}?labelSelector=tier+notin+(demo)`)).to.deep.equal([]);
    expect(await names(`/api/v1/pods?fieldSelector=metadata.name%3D${other}`)).to.deep.equal([other]);
    expect(await names(`/api/v1/pods?fieldSelector=metadata.namespace!=elsewhere`)).to.deep.equal([qrcode]);
  });

  it('resizes by strategic merge, containers merged by name', async () => {
    const { status, body } = await resize(resources({ cpu: '250m' }, {}));
    expect(status).to.equal(200);
    expect(body).to.have.nested.property(`${inSpec}.limits.cpu`, '250m');
    expect(body).to.have.nested.property(`${inSpec}.limits.memory`, '256Mi');
    expect(body).to.have.nested.property(`${inSpec}.requests.cpu`, '50m');
    expect(body).to.have.nested.property('spec.containers[0].image', 'registry.example/qrcode:1');
    expect(body).to.have.nested.property('metadata.generation', 2);
    expect(running.workloads.pods()[0]?.desired).to.deep.equal({
      cpuRequestCores: 0.05,
      cpuLimitCores: 0.25,
      memoryRequestBytes: 64 * 2 ** 20,
      memoryLimitBytes: 256 * 2 ** 20,
    });
  });

  it('resizes by merge patch, JSON patch and PUT', async () => {
    const limits = { cpu: '300m', memory: '256Mi' };
    const requests = { cpu: '50m', memory: '64Mi' };
    expect(await resize(resources(limits, requests), MERGE)).to.have.property('status', 200);
    const operations = [
      { op: 'test', path: '/spec/containers/0/name', value: 'qrcode' },
      { op: 'replace', path: '/spec/containers/0/resources/limits/memory', value: '0.5Gi' },
    ];
    expect(await resize(operations, JSON_PATCH)).to.have.property('status', 200);
    const { body } = await running.call('GET', `${running.podPath}/resize`);
    expect(body).to.have.nested.property(`${inSpec}.limits.memory`, '512Mi');
    const text = JSON.stringify(body).replace('"cpu":"300m"', '"cpu":"1.5"');
    const put = await running.call('PUT', `${running.podPath}/resize`, { raw: text });
    expect(put.body).to.have.nested.property(`${inSpec}.limits.cpu`, '1500m');
    expect(running.workloads.resizes).to.equal(3);
  });

  it('refuses a PUT made from an older version', async () => {
    const { text } = await running.call('GET', running.podPath);
    await resize(resources({ cpu: '250m' }, {}));
    const put = await running.call('PUT', `${running.podPath}/resize`, { raw: text });
    expect(put.status).to.equal(409);
    expect(put.body).to.have.property('reason', 'Conflict');
  });

  it('writes nothing when the pod has these resources already, or for a dry run', async () => {
    expect(await resize(resources({ cpu: '0.1' }, {}))).to.have.property('status', 200);
    const dry = await running.call('PATCH', `${running.podPath}/resize?dryRun=All`, {
      body: resources({ cpu: '2' }, {}),
      contentType: STRATEGIC,
    });
    expect(dry.body).to.have.nested.property(`${inSpec}.limits.cpu`, '2');
    expect(running.workloads.resizes).to.equal(0);
  });

  const refusals: [string, () => object, string, string?][] = [
    [
      'a change of the QoS class',
      () => resources({}, { cpu: '100m', memory: '256Mi' }),
      'spec: Invalid value: "Burstable": Pod QOS Class may not change as a result of resizing',
    ],
    [
      'a request above its limit',
      () => resources({}, { cpu: '200m' }),
      'spec.containers[0].resources.requests: Invalid value: "200m": must be less than or equal to cpu limit of 100m',
    ],
    [
      'a container that is not there',
      () => resources({ cpu: '1' }, {}, 'sidecar'),
      'spec.containers: Forbidden: containers may not be added or removed on resize',
    ],
    [
      'other resources than CPU and memory',
      () => resources({ 'ephemeral-storage': '1Gi' }, {}),
      'spec: Forbidden: only cpu and memory resources are mutable',
    ],
    [
      'a limit taken away',
      () => resources({ memory: null }, {}),
      'spec.containers[0].resources.limits: Forbidden: resource limits cannot be removed',
    ],
    [
      'a negative quantity',
      () => resources({ cpu: '-1' }, { cpu: '-2' }),
      'spec.containers[0].resources.limits[cpu]: Invalid value: "-1": must be greater than or equal to 0',
    ],
    [
      'a renamed container',
      () => ({ spec: { containers: [{ name: 'x', resources: { limits: { cpu: '1' } } }] } }),
      'containers may not be renamed or reordered on resize',
      MERGE,
    ],
    ['what the platform refuses', () => resources({ cpu: '65' }, {}), '64 cores is the most there is'],
  ];
  for (const [what, body, message, contentType] of refusals) {
    it(`refuses ${what} in the API server's words, and changes nothing`, async () => {
      const answer = await resize(body(), contentType);
      expect(answer.status).to.equal(422);
      expect(answer.body).to.include({ kind: 'Status', reason: 'Invalid', code: 422 });
      expect(answer.body).to.have.property('message').that.includes(message);
      expect(answer.body)
        .to.have.property('message')
        .that.matches(/^Pod "qrcode-5d4f8c7b9-abcde" is invalid: /);
      expect(running.workloads.resizes).to.equal(0);
    });
  }

  it('answers 400 for quantities and objects it cannot read', async () => {
    const bad = await resize(resources({ cpu: 'lots' }, {}));
    expect(bad.status).to.equal(400);
    expect(bad.body).to.have.property('message').that.includes('quantities must match').and.includes('lots');
    const wrong = await resize({ spec: { containers: [{ name: 'qrcode', resources: 'all' }] } });
    expect(wrong.body).to.include({ reason: 'BadRequest' });
    const noPatch = await resize([{ op: 'jump', path: '/spec' }], JSON_PATCH);
    expect(noPatch.status).to.equal(400);
  });

  it('answers 422 for a JSON patch that does not fit', async () => {
    for (const operation of [
      { op: 'test', path: '/spec/nodeName', value: 'elsewhere' },
      { op: 'replace', path: '/spec/containers/7/name', value: 'x' },
      { op: 'remove', path: '/spec/none' },
      { op: 'add', path: 'spec', value: 1 },
    ]) {
      const answer = await resize([operation], JSON_PATCH);
      expect(answer.status, JSON.stringify(operation)).to.equal(422);
    }
  });

  it('answers 404 for a pod that is not there', async () => {
    const path = '/api/v1/namespaces/openfaas-fn/pods/none';
    const get = await running.call('GET', path);
    expect(get.status).to.equal(404);
    expect(get.body).to.deep.equal({
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Failure',
      message: 'pods "none" not found',
      reason: 'NotFound',
      details: { name: 'none', kind: 'pods' },
      code: 404,
    });
    const patch = await running.call('PATCH', `${path}/resize`, { body: {}, contentType: STRATEGIC });
    expect(patch.status).to.equal(404);
  });
});
