import { loadYaml, type V1Deployment } from '@kubernetes/client-node';
import { expect } from 'chai';
import { isOwnFunction } from '#core/chain/own-functions.ts';
import { labelsOf } from '#platform/kubernetes/workloads.ts';

/** As faas-netes makes it (pkg/handlers/deploy.go): of the function's labels the Deployment itself has none. */
function deploymentOf(labels: Readonly<Record<string, string>>, own = {}): V1Deployment {
  const made = { faas_function: 'a' };
  const template = { metadata: { labels: { ...labels, ...made, uid: '1' } } };
  return loadYaml<V1Deployment>(
    JSON.stringify({ metadata: { name: 'a', labels: { ...own, ...made } }, spec: { template } }),
  );
}

describe('labels of a function', () => {
  it('are read from the template of its pods, where faas-netes puts them', () => {
    const labels = labelsOf(deploymentOf({ 'com.openfaas.scale.max': '5' }));
    expect(labels).to.include({ faas_function: 'a', 'com.openfaas.scale.max': '5' });
  });

  it('tell the functions of the suite apart', () => {
    expect(isOwnFunction(labelsOf(deploymentOf({ 'app.kubernetes.io/part-of': 'foresize' })))).to.equal(true);
    expect(isOwnFunction(labelsOf(deploymentOf({})))).to.equal(false);
  });

  it('are read from a Deployment, too, that has some of its own', () => {
    const own = { 'com.openfaas.scale.type': 'cpu' };
    expect(labelsOf(deploymentOf({}, own))).to.include(own);
  });
});
