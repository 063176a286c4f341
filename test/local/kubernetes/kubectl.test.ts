import { expect } from 'chai';
import { execa } from 'execa';
import { writeFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { startApi, type RunningApi } from './running-api.ts';
import { countersOf } from './workloads-in-memory.ts';

const KUBECTL = process.env.KUBECTL ?? 'kubectl';
const POD = 'qrcode-5d4f8c7b9-abcde';

describe('kubectl on the local Kubernetes API (skipped where neither KUBECTL nor PATH has one)', () => {
  let running: RunningApi;
  let readerConfig: string;
  before(async function () {
    running = await startApi();
    const found = await execa(KUBECTL, ['version', '--client'], { reject: false });
    if (found.exitCode !== 0) this.skip();
    const { admin, reader } = running.api.identities;
    readerConfig = join(running.directory, 'reader.kubeconfig');
    const text = readFileSync(running.api.kubeconfigPath, 'utf8');
    writeFileSync(readerConfig, text.replace(admin.token, reader.token), { mode: 0o600 });
  });
  after(() => running.close());

  const kubectl = async (args: string[], config = running.api.kubeconfigPath): Promise<string> => {
    const { all, exitCode } = await execa(
      KUBECTL,
      ['--kubeconfig', config, '--cache-dir', join(running.directory, 'cache'), ...args],
      { all: true, reject: false, timeout: 20_000 },
    );
    return exitCode === 0 ? all : `failed: ${all}`;
  };

  it('gets pods, Deployments and nodes as tables', async () => {
    const [pods, deployments, nodes] = await Promise.all([
      kubectl(['get', 'pods']),
      kubectl(['get', 'deployments']),
      kubectl(['get', 'nodes']),
    ]);
    expect(pods).to.match(/^NAME +READY +STATUS +RESTARTS +AGE\n/);
    expect(pods).to.match(new RegExp(`${POD} +1/1 +Running +0 +\\d+d`));
    expect(deployments).to.match(/^NAME +READY +UP-TO-DATE +AVAILABLE +AGE\nqrcode +1\/1 +1 +1 +\d+d/);
    expect(nodes).to.match(/local +Ready +<none> +\d+s +v1\.34/);
  });

  it('resizes a pod and reads it back as JSON', async () => {
    const patch = '{"spec":{"containers":[{"name":"qrcode","resources":{"limits":{"cpu":"300m"}}}]}}';
    expect(await kubectl(['patch', 'pod', POD, '--subresource', 'resize', '-p', patch])).to.equal(
      `pod/${POD} patched`,
    );
    const pods: unknown = JSON.parse(await kubectl(['get', 'pods', '-o', 'json']));
    expect(pods).to.have.nested.property('items[0].spec.containers[0].resources.limits.cpu', '300m');
    const refused = await kubectl(
      ['patch', 'pod', POD, '--subresource', 'resize', '-p', patch.replace('300m', '400m')],
      readerConfig,
    );
    // kubectl reads a subresource before it patches it.
    expect(refused).to.match(
      /User "system:serviceaccount:openfaas-fn:foresize-reader" cannot (?:get|patch) resource "pods\/resize" in API group "" in the namespace "openfaas-fn"/,
    );
  });

  it('shows use with top', async () => {
    const [pod] = running.workloads.pods();
    running.workloads.count(countersOf(pod!, { atMs: 1_000, cpuSeconds: 1 }));
    await running.call('GET', '/api');
    running.workloads.count(countersOf(pod!, { atMs: 11_000, cpuSeconds: 2 }));
    expect(await kubectl(['top', 'pods'])).to.match(new RegExp(`${POD} +100m +50Mi`));
    expect(await kubectl(['top', 'nodes'])).to.match(/local +100m +5% +50Mi +1%/);
  });

  it('creates, shows and deletes a ConfigMap', async () => {
    expect(await kubectl(['create', 'configmap', 'stop', '--from-literal=all=yes'])).to.equal(
      'configmap/stop created',
    );
    expect(await kubectl(['get', 'configmap', 'stop', '-o', 'jsonpath={.data}'])).to.equal('{"all":"yes"}');
    expect(await kubectl(['get', 'configmaps'])).to.match(/stop +1 +\d+s/);
    expect(await kubectl(['delete', 'configmap', 'stop'])).to.match(/^configmap "stop" deleted/);
  });
});
