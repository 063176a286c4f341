import { spawnSync } from 'node:child_process';
import { expect } from 'chai';
import * as z from 'zod';
import { CHART, renderChart } from '../../scripts/manifests/render.ts';
import { findBinary } from '../support/find-binary.ts';
import { nameOf, parseManifests, rulesOf, type Manifest } from './manifests.ts';

const helm = findBinary('HELM', 'helm') ?? '';

const keySchema = z.strictObject({ 'foresize-key': z.base64() });
const policySchema = z.object({
  egress: z.array(z.object({ ports: z.array(z.object({ port: z.number() })) })),
});

const render = (settings: readonly string[], only: readonly string[] = []): readonly Manifest[] =>
  parseManifests(renderChart(helm, settings, only));

describe('The chart (skipped without `helm` on PATH or in HELM)', () => {
  before(function () {
    if (helm === '') this.skip();
  });

  it('is clean to helm lint --strict', () => {
    const { status, stdout } = spawnSync(helm, ['lint', '--strict', '--quiet', CHART], { encoding: 'utf8' });
    expect(status, stdout).to.equal(0);
  });

  it('puts everything where it is told to', () => {
    const objects = render([
      'functionNamespace=fns',
      'openfaasNamespace=faas',
      'prometheus.rbac.serviceAccount.namespace=faas',
    ]);
    const namespaces = new Set(objects.flatMap(({ metadata }) => metadata.namespace ?? []));
    expect([...namespaces]).to.have.members(['fns', 'faas']);
    expect(JSON.stringify(objects)).to.not.include('openfaas-fn');
    expect(objects.map(nameOf)).to.include.members([
      'ClusterRole foresize-fns-reader',
      'ConfigMap faas/foresize-prometheus',
    ]);
  });

  it('makes a key of 32 bytes, another each time, that neither upgrade nor uninstall touches', () => {
    const [one, other] = [1, 2].map(() => render([], ['key'])[0]);
    expect(one?.metadata.annotations).to.deep.equal({ 'helm.sh/hook': 'pre-install,pre-upgrade' });
    const { 'foresize-key': key } = keySchema.parse(one?.stringData);
    expect(Buffer.from(key, 'base64')).to.have.length(32);
    expect(one?.stringData).to.not.deep.equal(other?.stringData);
  });

  it('leaves out what is turned off', () => {
    const off = [
      ...['rbac.create', 'serviceAccount.create', 'tokens.create', 'key.create', 'killSwitch.create'],
      ...['networkPolicy.enabled', 'prometheus.configMap', 'prometheus.rbac.create', 'grafana.dashboard'],
      'gatewayMetrics.create',
    ];
    expect(render(off.map((name) => `${name}=false`)).map(nameOf)).to.deep.equal([
      'ConfigMap openfaas-fn/foresize-cycle',
    ]);
  });

  it('binds and mounts accounts of other names, under the names of secrets that stack.yml has', () => {
    const objects = render(['serviceAccount.create=false', 'serviceAccount.reader.name=mine']);
    const [binding] = objects.filter((one) => nameOf(one) === 'RoleBinding openfaas-fn/foresize-reader');
    expect(binding?.subjects).to.deep.equal([
      { kind: 'ServiceAccount', name: 'mine', namespace: 'openfaas-fn' },
    ]);
    const [token] = objects.filter((one) => nameOf(one) === 'Secret openfaas-fn/foresize-reader');
    expect(token?.metadata.annotations).to.include({ 'kubernetes.io/service-account.name': 'mine' });
    expect(objects.filter(({ kind }) => kind === 'ServiceAccount')).to.deep.equal([]);
  });

  it('gives nodes/proxy to the one source that needs it', () => {
    const resources = (source: string): readonly string[] =>
      rulesOf(
        render([`metricsSource=${source}`], ['rbac-reader']),
        'ClusterRole',
        'foresize-openfaas-fn-reader',
      ).flatMap((rule) => rule.resources);
    expect(resources('scrape')).to.deep.equal(['nodes', 'nodes/proxy']);
    expect(resources('prometheus')).to.deep.equal(['nodes']);
    expect(resources('metrics-api')).to.deep.equal(['nodes']);
  });

  it('lets the reader read the state for the page alone, and write nothing for it', () => {
    const rules = (settings: readonly string[]) =>
      rulesOf(render(settings, ['rbac-reader']), 'Role', 'foresize-reader');
    const more = rules(['page.enabled=true', 'rbac.stateShards=1']).slice(rules([]).length);
    expect(rules(['page.enabled=true']).slice(0, -1)).to.deep.equal(rules([]));
    expect(more).to.deep.equal([
      {
        apiGroups: [''],
        resources: ['configmaps'],
        resourceNames: ['foresize-state-suite', 'foresize-state-0', 'foresize-state-1'],
        verbs: ['get'],
      },
    ]);
  });

  it('lets each function reach what it calls, and no more', () => {
    const ports = (name: string, settings: readonly string[] = []): readonly number[] => {
      const [policy] = render(settings, ['network-policies']).filter(
        ({ metadata }) => metadata.name === name,
      );
      return policySchema.parse(policy?.spec).egress.flatMap((rule) => rule.ports.map(({ port }) => port));
    };
    expect(ports('foresize-predict-resources')).to.deep.equal([]);
    expect(ports('foresize-apply-resources')).to.deep.equal([53, 53, 443, 6443]);
    expect(ports('foresize-apply-resources', ['networkPolicy.applyCallsGateway=true'])).to.include(8080);
    expect(ports('foresize-collect-metrics')).to.deep.equal([53, 53, 443, 6443, 8080, 8082]);
    expect(ports('foresize-collect-metrics', ['metricsSource=prometheus'])).to.include(9090);
    expect(ports('foresize-page', ['page.enabled=true'])).to.deep.equal(ports('foresize-collect-metrics'));
  });

  for (const [setting, named] of [
    ['metricsSource=cadvisor', 'metricsSource'],
    ['functionNamespace=', 'functionNamespace'],
    ['functionNamespace=Open_FaaS', 'functionNamespace'],
    ['rbac.create=yes please', 'rbac'],
    ['rbac.stateShards=0', 'stateShards'],
    ['serviceAccount.name=x', 'name'],
    ['networkPolicy.apiServer.cidr=everywhere', 'cidr'],
    ['networkPolicy.apiServer.ports={70000}', 'ports'],
    ['networkPolicies.enabled=true', 'networkPolicies'],
  ] as const) {
    it(`refuses ${setting}, by name`, () => {
      expect(() => renderChart(helm, [setting])).to.throw(new RegExp(`schema.*${named}`, 's'));
    });
  }
});
