import { V1LimitRange, V1ResourceQuota, V2HorizontalPodAutoscaler } from '@kubernetes/client-node';
import { expect } from 'chai';
import type { KubernetesConnection } from '#platform/kubernetes/connect.ts';
import { readSurroundings } from '#platform/kubernetes/surroundings.ts';
import { toHpaFacts, toLimitRangeFacts, toQuotaFacts } from '#platform/kubernetes/surroundings-facts.ts';
import { createKubernetesWorkloads } from '#platform/kubernetes/workloads.ts';
import { connectTo, startApi, type RunningApi } from '../../local/kubernetes/running-api.ts';

const MIB = 2 ** 20;

/** As the client gives them. */
const limitRange = (spec: object): V1LimitRange =>
  Object.assign(new V1LimitRange(), { metadata: { name: 'sizes' }, spec });
const resourceQuota = (spec: object, status: object): V1ResourceQuota =>
  Object.assign(new V1ResourceQuota(), { metadata: { name: 'team' }, spec, status });
const autoscaler = (spec: object): V2HorizontalPodAutoscaler =>
  Object.assign(new V2HorizontalPodAutoscaler(), { metadata: { name: 'qrcode-hpa' }, spec });
const { signal } = new AbortController();

describe('what surrounds the functions on the local platform', () => {
  let running: RunningApi;
  const connections: KubernetesConnection[] = [];
  const connectWith = (token: string): KubernetesConnection => {
    const connection = connectTo(running, { token });
    connections.push(connection);
    return connection;
  };
  before(async () => {
    running = await startApi();
  });
  after(async () => {
    for (const connection of connections) connection.close();
    await running.close();
  });

  it('is known to the writer: pods are resized in place, and nothing bounds them', async () => {
    const writer = connectWith(running.api.identities.writer.token);
    expect(await readSurroundings(writer, signal)).to.deep.equal({
      servesResize: true,
      limitRanges: [],
      quotas: [],
      hpas: [],
      unknown: [],
    });
  });

  it('includes a node without pressure, whose kubelet resizes in place', async () => {
    const writer = connectWith(running.api.identities.writer.token);
    const [node] = await createKubernetesWorkloads(writer).nodes(signal);
    expect(node?.pressures).to.deep.equal([]);
    expect(node?.kubeletVersion).to.match(/^v1\.(3[3-9]|[4-9]\d)\./);
  });

  it('is unknown where it may not be read, and says what and why', async () => {
    const reader = connectWith(running.api.identities.reader.token);
    const found = await readSurroundings(reader, signal);
    expect(found).to.deep.include({ servesResize: true, limitRanges: null, quotas: null, hpas: null });
    expect(found.unknown).to.have.lengthOf(3);
    for (const kind of ['HorizontalPodAutoscalers', 'LimitRanges', 'ResourceQuotas']) {
      expect(found.unknown.join('\n')).to.match(
        new RegExp(`list of the ${kind} in openfaas-fn was refused with 403`),
      );
    }
  });

  it('is unknown where the API server does not answer, and an aborted look throws', async () => {
    const nowhere = connectTo(running, { port: 1, token: 'none' });
    connections.push(nowhere);
    const found = await readSurroundings(nowhere, signal);
    expect(found.servesResize).to.equal(null);
    expect(found.unknown).to.have.lengthOf(4);
    const stopped = AbortSignal.abort(new Error('stopped'));
    const message = await readSurroundings(nowhere, stopped).catch((error: unknown) => String(error));
    expect(message).to.equal('Error: stopped');
  });
});

describe('the facts of a LimitRange', () => {
  it('are its parts about containers', () => {
    const limits = [
      { type: 'Pod', max: { cpu: '9' } },
      {
        type: 'Container',
        min: { cpu: '10m' },
        max: { cpu: '2', memory: '1Gi' },
        maxLimitRequestRatio: { cpu: '4', memory: '1500m' },
      },
    ];
    expect(toLimitRangeFacts(limitRange({ limits }))).to.deep.equal([
      {
        name: 'sizes',
        min: { cpu: 0.01, memory: null },
        max: { cpu: 2, memory: 1024 * MIB },
        ratio: { cpu: 4, memory: 1.5 },
      },
    ]);
  });
});

describe('the facts of a ResourceQuota', () => {
  const status = {
    hard: { 'requests.cpu': '2', memory: '1Gi', pods: '10' },
    used: { 'requests.cpu': '500m', memory: '256Mi', pods: '3' },
  };

  it('are what it counts of requests and limits, by either name', () => {
    expect(toQuotaFacts(resourceQuota({}, status))).to.deep.equal({
      name: 'team',
      hard: {
        cpuRequestCores: 2,
        cpuLimitCores: null,
        memoryRequestBytes: 1024 * MIB,
        memoryLimitBytes: null,
      },
      used: {
        cpuRequestCores: 0.5,
        cpuLimitCores: null,
        memoryRequestBytes: 256 * MIB,
        memoryLimitBytes: null,
      },
    });
  });

  it('are none where its scopes leave functions out, or may', () => {
    const scoped = (scopeName: string) => ({
      scopeSelector: { matchExpressions: [{ scopeName, operator: 'Exists' }] },
    });
    expect(toQuotaFacts(resourceQuota({ scopes: ['Terminating'] }, status))).to.equal(null);
    expect(toQuotaFacts(resourceQuota(scoped('PriorityClass'), status))).to.equal(null);
    expect(toQuotaFacts(resourceQuota({ scopes: ['NotTerminating'] }, status))).to.not.equal(null);
    expect(toQuotaFacts(resourceQuota(scoped('NotBestEffort'), status))).to.not.equal(null);
  });
});

describe('the facts of a HorizontalPodAutoscaler', () => {
  const target = { kind: 'Deployment', name: 'qrcode' };

  it('are what it scales, by what, and between which counts', () => {
    const metrics = [
      {
        type: 'Resource',
        resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 60 } },
      },
      {
        type: 'ContainerResource',
        containerResource: { container: 'qrcode', name: 'memory', target: { type: 'AverageValue' } },
      },
      { type: 'Pods', pods: { metric: { name: 'calls' }, target: { type: 'AverageValue' } } },
    ];
    const spec = { scaleTargetRef: target, maxReplicas: 5, metrics };
    expect(toHpaFacts(autoscaler(spec))).to.deep.equal({
      name: 'qrcode-hpa',
      target: 'qrcode',
      minReplicas: 1,
      maxReplicas: 5,
      metrics: [
        { resource: 'cpu', kind: 'Utilization' },
        { resource: 'memory', kind: 'AverageValue' },
        { resource: null, kind: 'other' },
      ],
    });
  });

  it('are none where it scales no Deployment', () => {
    const spec = { scaleTargetRef: { kind: 'StatefulSet', name: 'qrcode' }, maxReplicas: 5 };
    expect(toHpaFacts(autoscaler(spec))).to.equal(null);
  });
});
