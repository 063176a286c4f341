import { expect } from 'chai';
import * as z from 'zod';
import { renderManifests } from '../../scripts/manifests/render.ts';
import { findBinary } from '../support/find-binary.ts';
import { readStack } from '../template/shrink-wrap.ts';
import { manifestText, nameOf, parseManifests } from './manifests.ts';

const FILES = ['foresize.yaml', 'prometheus.yaml', 'dashboard.yaml'];
const secretsSchema = z.array(z.string()).default([]);
const serviceSchema = z.object({ ports: z.array(z.object({ port: z.number() })) });
const helm = findBinary('HELM', 'helm');

describe('The manifests for those without Helm', () => {
  const all = FILES.flatMap((file) => parseManifests(manifestText(file)));

  it('are what faas-cli does not install', () => {
    expect(all.map(nameOf)).to.have.members([
      'ServiceAccount openfaas-fn/foresize-reader',
      'ServiceAccount openfaas-fn/foresize-writer',
      'ClusterRole foresize-openfaas-fn-reader',
      'ClusterRoleBinding foresize-openfaas-fn-reader',
      'Role openfaas-fn/foresize-reader',
      'RoleBinding openfaas-fn/foresize-reader',
      'ClusterRole foresize-openfaas-fn-writer',
      'ClusterRoleBinding foresize-openfaas-fn-writer',
      'Role openfaas-fn/foresize-writer',
      'RoleBinding openfaas-fn/foresize-writer',
      'Secret openfaas-fn/foresize-reader',
      'Secret openfaas-fn/foresize-writer',
      'ConfigMap openfaas-fn/foresize-cycle',
      'ConfigMap openfaas-fn/foresize-kill-switch',
      'NetworkPolicy openfaas-fn/foresize-collect-metrics',
      'NetworkPolicy openfaas-fn/foresize-predict-resources',
      'NetworkPolicy openfaas-fn/foresize-apply-resources',
      'Service openfaas/foresize-gateway-metrics',
      'ConfigMap openfaas/foresize-prometheus',
      'ClusterRole foresize-openfaas-fn-prometheus',
      'ClusterRoleBinding foresize-openfaas-fn-prometheus',
      'Role openfaas-fn/foresize-prometheus',
      'RoleBinding openfaas-fn/foresize-prometheus',
      'ConfigMap openfaas/foresize-dashboard',
    ]);
  });

  it('hold no key, since what is committed is no secret', () => {
    const secrets = all.filter(({ kind }) => kind === 'Secret');
    for (const secret of secrets) expect(secret).to.not.have.any.keys('data', 'stringData');
  });

  it('make every secret that stack.yml names but the key, with the label that OpenFaaS lists secrets by', async () => {
    const { functions } = await readStack();
    const named = Object.values(functions).flatMap((one) => secretsSchema.parse(one.secrets));
    const secrets = all.filter(({ kind }) => kind === 'Secret');
    expect([...secrets.map(({ metadata }) => metadata.name), 'foresize-key']).to.have.members([
      ...new Set(named),
    ]);
    for (const { metadata, type } of secrets) {
      expect(metadata.labels).to.include({ 'app.kubernetes.io/managed-by': 'openfaas' });
      expect(metadata.annotations).to.deep.equal({ 'kubernetes.io/service-account.name': metadata.name });
      expect(type).to.equal('kubernetes.io/service-account-token');
    }
  });

  it('make every address in the cluster that stack.yml names, where OpenFaaS itself does not', async () => {
    // Port 8082 of the gateway, its metrics, is in no Service of OpenFaaS' chart.
    const ofOpenFaas = ['gateway.openfaas:8080', 'prometheus.openfaas:9090'];
    const services = all.filter(({ kind }) => kind === 'Service');
    const made = services.flatMap(({ metadata: { name, namespace }, spec }) =>
      serviceSchema.parse(spec).ports.map(({ port }) => `${name}.${namespace ?? ''}:${port}`),
    );
    const text = JSON.stringify(await readStack());
    const named = [...text.matchAll(/([\w-]+\.[\w-]+)\.svc\.cluster\.local(:\d+)/g)].map(
      ([, service, port]) => `${service ?? ''}${port ?? ''}`,
    );
    expect([...ofOpenFaas, ...made]).to.include.members(named);
    expect(named).to.include('foresize-gateway-metrics.openfaas:8082');
    // Where faas-cli reaches the gateway from outside is no address for the functions.
    expect(text).to.not.include('${OPENFAAS_URL');
  });

  it('say nothing in the ConfigMaps that the functions and the operator write, so that applying again resets nothing', () => {
    const written = all.filter(({ metadata }) => /^foresize-(cycle|kill-switch)$/.test(metadata.name));
    expect(written).to.have.length(2);
    for (const one of written) expect(one).to.not.have.any.keys('data', 'binaryData');
  });

  it('carry the recommended labels, and nothing that only Helm reads', () => {
    for (const one of all) {
      const { labels, annotations } = one.metadata;
      expect(labels, nameOf(one)).to.include({
        'app.kubernetes.io/name': 'foresize',
        'app.kubernetes.io/part-of': 'foresize',
      });
      expect(
        [...Object.keys(labels), ...Object.keys(annotations)].filter((key) => key.includes('helm')),
      ).to.deep.equal([]);
    }
  });

  describe('and the chart (skipped without `helm` on PATH or in HELM)', () => {
    it('are what the chart renders: `npm run manifests` writes them', function () {
      if (helm === undefined) this.skip();
      for (const [file, text] of renderManifests(helm)) expect(manifestText(file), file).to.equal(text);
    });
  });
});
