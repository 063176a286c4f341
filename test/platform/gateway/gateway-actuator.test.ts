import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import type { LiveFunction, PodOutcome } from '#core/chain/ports.ts';
import { createGatewayClient } from '#platform/gateway/client.ts';
import type { LossKind } from '#platform/gateway/compare-deployed.ts';
import type { DeployedFunction } from '#platform/gateway/deployed-function.ts';
import { createGatewayActuator, type GatewayActuator } from '#platform/gateway/gateway-actuator.ts';
import { live } from '../../core/chain/in-memory.ts';
import { startRealGateway, type RealGateway } from './real-gateway.ts';

const STACK = `version: 1.0
provider: { name: openfaas }
functions:
  thumbs:
    image: registry/thumbs:2
    fprocess: node index.js
    environment: { QUALITY: '80' }
    constraints: [disk=ssd]
    secrets: [bucket]
    readonly_root_filesystem: true
    labels: { team: media }
    annotations: { foresize/mode: apply }
    limits: { cpu: 500m, memory: 256Mi }
    requests: { cpu: 200m, memory: 128Mi }
`;
const MI = 2 ** 20;
const SIZES = {
  cpuRequestCores: 0.2,
  cpuLimitCores: 0.5,
  memoryRequestBytes: 128 * MI,
  memoryLimitBytes: 256 * MI,
};
const TO = { ...SIZES, cpuRequestCores: 0.1, memoryRequestBytes: 64 * MI, memoryLimitBytes: 96 * MI };
const DEPLOYED: DeployedFunction = {
  image: 'registry/thumbs:2',
  imagePullPolicy: 'Always',
  environment: { QUALITY: '80' },
  process: 'node index.js',
  secrets: ['bucket'],
  readOnlyRootFilesystem: true,
  nodeSelector: {},
  annotations: {
    'foresize/mode': 'apply',
    'prometheus.io.scrape': 'false',
    'deployment.kubernetes.io/revision': '3',
  },
  labels: { faas_function: 'thumbs', uid: '7', team: 'media' },
  replicas: 3,
  resources: SIZES,
};
const target: LiveFunction = live('thumbs', { template: SIZES });
const { signal } = new AbortController();

describe('the gateway actuator', () => {
  let gateway: RealGateway;
  let directory: string;

  before(async () => {
    gateway = await startRealGateway(`Basic ${Buffer.from('admin:secret').toString('base64')}`);
  });
  after(() => {
    gateway.close();
  });
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'gateway-'));
    writeFileSync(join(directory, 'stack.yml'), STACK);
    gateway.seen.length = 0;
    gateway.trouble = null;
    gateway.deployments.clear();
  });
  afterEach(() => {
    rmSync(directory, { recursive: true });
  });

  function actuator(accept: readonly LossKind[] = [], url = gateway.url): GatewayActuator {
    return createGatewayActuator({
      gateway: createGatewayClient({ url, credentials: { user: 'admin', password: 'secret' } }),
      deployed: (_, name) => Promise.resolve(gateway.deployments.get(name) ?? null),
      path: join(directory, 'stack.yml'),
      environment: {},
      accept: new Set(accept),
    });
  }

  async function apply(
    deployed: Partial<DeployedFunction> | null = {},
    accept: readonly LossKind[] = [],
  ): Promise<PodOutcome> {
    if (deployed) gateway.deployments.set('thumbs', { ...DEPLOYED, ...deployed });
    const one = actuator(accept);
    const [change] = one.plan(target, TO);
    if (!change) throw new Error('nothing planned');
    return one.apply(change, signal);
  }

  it('changes the sizes and keeps all else, though a GET would tell neither environment nor root', async () => {
    expect(await apply()).to.include({ result: 'pending', condition: 'InProgress' });
    expect(gateway.deployments.get('thumbs')).to.deep.equal({
      ...DEPLOYED,
      resources: TO,
      labels: { ...DEPLOYED.labels, uid: '8' },
      annotations: { 'foresize/mode': 'apply', 'prometheus.io.scrape': 'false' },
    });
  });

  it('never reads from the gateway, whose list fails while Prometheus is away', async () => {
    await apply();
    expect(gateway.seen).to.deep.equal(['PUT /system/functions']);
  });

  it('plans one change for a function, and none where the template has the sizes', () => {
    expect(actuator().plan(target, TO)).to.have.length(1);
    expect(actuator().plan({ ...target, template: TO }, TO)).to.be.empty;
  });

  it('says how far a rollout has come', () => {
    const [pod] = target.pods;
    const pods = [
      { ...pod!, pod: 'thumbs-a', desired: SIZES },
      { ...pod!, pod: 'thumbs-b', desired: TO },
    ];
    expect(actuator().standing({ ...target, pods }, TO)).to.deep.equal([
      {
        pod: 'thumbs-a',
        result: 'pending',
        condition: 'InProgress',
        detail: 'the rollout has reached 1 of 2 pods',
      },
    ]);
  });

  it('does not take 200 for done, and asks for nothing again at once', async () => {
    gateway.trouble = 'update';
    const outcome = await apply();
    expect(outcome).to.deep.include({ result: 'failed', refused: ['cpu', 'memory'] });
    expect(outcome.detail).to.contain('200 instead of 202');
  });

  it('finds out by the Deployment what became of an update whose answer was lost', async () => {
    gateway.trouble = 'answer';
    const outcome = await apply();
    expect(outcome).to.include({ result: 'pending' });
    expect(outcome.detail).to.contain('yet the Deployment has these sizes');
  });

  it('does not make a function again that was removed', async () => {
    expect(await apply(null)).to.include({ result: 'refused' });
    gateway.deployments.set('thumbs', DEPLOYED);
    const client = createGatewayClient({
      url: gateway.url,
      credentials: { user: 'admin', password: 'secret' },
    });
    gateway.seen.length = 0;
    const body = { service: 'gone', image: 'x', labels: {}, annotations: {} };
    const error: unknown = await client.update(body, signal).catch((caught: unknown) => caught);
    expect(error).to.include({ code: 'gateway-refused' });
    expect(gateway.seen).to.deep.equal(['PUT /system/functions']);
  });

  const scaled = STACK.replace('team: media', "team: media, com.openfaas.scale.min: '1'");
  const losses: readonly [LossKind, Partial<DeployedFunction>, string][] = [
    ['node-selector', { nodeSelector: { disk: 'ssd' } }, 'the node selector disk=ssd would be dropped'],
    [
      'annotations',
      { annotations: { 'foresize/mode': 'apply', owner: 'ops' } },
      'the annotation owner=ops would be removed',
    ],
    ['annotations', { annotations: { 'foresize/mode': 'off' } }, 'foresize/mode=off would become apply'],
    ['labels', { labels: { team: 'media', tier: '1' } }, 'the label tier=1 would be removed'],
    ['labels', { labels: {} }, 'the label team=media would be set'],
    ['image-pull', { imagePullPolicy: 'IfNotPresent' }, 'imagePullPolicy IfNotPresent would become Always'],
  ];
  for (const [kind, deployed, told] of losses) {
    it(`refuses before anything is done, unless ${kind} is accepted: ${told}`, async () => {
      const outcome = await apply(deployed);
      expect(outcome).to.include({ result: 'refused' });
      expect(outcome.detail).to.contain(told).and.to.contain(`GATEWAY_ACCEPT=${kind}`);
      expect(gateway.seen).to.be.empty;
      expect(await apply(deployed, [kind])).to.include({ result: 'pending' });
    });
  }

  it('refuses to take replicas away that scale.min does not hold, unless that is accepted', async () => {
    writeFileSync(join(directory, 'stack.yml'), scaled);
    const labels = { ...DEPLOYED.labels, 'com.openfaas.scale.min': '1' };
    const outcome = await apply({ labels });
    expect(outcome.detail).to.contain('3 replicas would become 1').and.to.contain('GATEWAY_ACCEPT=replicas');
    expect(gateway.seen).to.be.empty;
    expect(await apply({ labels }, ['replicas'])).to.include({ result: 'pending' });
    expect(gateway.deployments.get('thumbs')?.replicas).to.equal(1);
  });

  const unlike: readonly [Partial<DeployedFunction>, string][] = [
    [{ image: 'registry/thumbs:3' }, 'image is registry/thumbs:3, in stack.yml registry/thumbs:2'],
    [{ process: null }, "fprocess is the image's own"],
    [{ environment: { QUALITY: '95' } }, 'environment QUALITY has another value'],
    [{ environment: { QUALITY: '80', TOKEN: null } }, 'environment TOKEN is set, but not in stack.yml'],
    [{ secrets: [] }, 'secrets lack bucket'],
    [{ secrets: ['bucket', 'more'] }, 'secrets have more'],
    [{ readOnlyRootFilesystem: false }, 'readonly_root_filesystem is false'],
    [{ resources: { ...SIZES, cpuLimitCores: null } }, 'limits.cpu is not set'],
  ];
  for (const [deployed, told] of unlike) {
    it(`refuses where stack.yml does not describe what runs, whatever is accepted: ${told}`, async () => {
      const outcome = await apply(deployed, [
        'replicas',
        'node-selector',
        'annotations',
        'labels',
        'image-pull',
      ]);
      expect(outcome).to.include({ result: 'refused' });
      expect(outcome.detail).to.contain(told);
      expect(outcome.detail).not.to.contain('95');
      expect(gateway.seen).to.be.empty;
    });
  }

  it('tells in a dry run what it would be refused, and sends nothing', async () => {
    gateway.deployments.set('thumbs', DEPLOYED);
    const change = actuator().plan(target, TO)[0]!;
    expect((await actuator().rehearse(change, signal)).detail).to.contain('would be deployed');
    gateway.deployments.set('thumbs', { ...DEPLOYED, image: 'other' });
    const outcome = await actuator().rehearse(change, signal);
    expect(outcome).to.include({ result: 'dry-run' });
    expect(outcome.detail).to.contain('image is other');
    expect(gateway.seen).to.be.empty;
  });
});
