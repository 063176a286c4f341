import { loadYaml, type V1Deployment } from '@kubernetes/client-node';
import { expect } from 'chai';
import { lossesOf, unlikeStack } from '#platform/gateway/compare-deployed.ts';
import type { DeployBody } from '#platform/gateway/schemas.ts';
import { toDeployedFunction } from '#platform/kubernetes/deployed-function.ts';
import { functionDeployment } from '../../cluster/function-objects.ts';

const body: DeployBody = {
  service: 'thumbs',
  image: 'registry/thumbs:2',
  envProcess: 'node index.js',
  envVars: { QUALITY: '80' },
  secrets: ['bucket'],
  labels: { team: 'media' },
  annotations: { 'foresize/mode': 'apply' },
  limits: { cpu: '500m', memory: '256Mi' },
  readOnlyRootFilesystem: true,
};

describe('a deployed function', () => {
  const deployment = () => functionDeployment(body, {}, { uid: 7, replicas: 2 });

  it('is what faas-netes made of its specification: nothing differs but how images are pulled', () => {
    const live = toDeployedFunction(deployment());
    expect(live).to.deep.include({ secrets: ['bucket'], replicas: 2, process: 'node index.js' });
    expect(unlikeStack(body, live)).to.be.empty;
    expect(lossesOf(body, live).map(({ kind }) => kind)).to.deep.equal(['image-pull']);
  });

  it('shows what others added: variables from elsewhere, secrets, labels and annotations', () => {
    const made = JSON.stringify(deployment())
      .replace('"env":[', '"env":[{"name":"NODE","valueFrom":{"fieldRef":{"fieldPath":"spec.nodeName"}}},')
      .replace('"restartPolicy"', '"imagePullSecrets":[{"name":"registry"}],"restartPolicy"')
      .replace('"nodeSelector":{}', '"nodeSelector":{"disk":"ssd"}')
      .replace('"uid":"7"', '"uid":"7","tier":"1"')
      .replace('"prometheus.io.scrape"', '"owner":"ops","prometheus.io.scrape"');
    const live = toDeployedFunction(loadYaml<V1Deployment>(made));
    expect(unlikeStack(body, live)).to.deep.equal([
      'environment NODE is set, but not in stack.yml',
      'secrets have registry, which stack.yml lacks',
    ]);
    const kinds = lossesOf(body, live).map(({ kind }) => kind);
    expect(kinds).to.deep.equal(['node-selector', 'annotations', 'labels', 'image-pull']);
  });
});
