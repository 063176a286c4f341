import { expect } from 'chai';
import { readConfigMap, writeConfigMap } from '#platform/kubernetes/config-map.ts';
import type { KubernetesConnection } from '#platform/kubernetes/connect.ts';
import { createCycleStore } from '#platform/kubernetes/cycle-store.ts';
import { connectTo, startApi, type RunningApi } from '../../local/kubernetes/running-api.ts';

const { signal } = new AbortController();

describe('a ConfigMap that is written', () => {
  let running: RunningApi;
  let connection: KubernetesConnection;

  beforeEach(async () => {
    running = await startApi();
    connection = connectTo(running, { token: running.api.identities.admin.token });
  });
  afterEach(async () => {
    connection.close();
    await running.close();
  });

  const metadataOf = async (name: string): Promise<object | undefined> =>
    (await connection.core(signal).readNamespacedConfigMap({ name, namespace: 'openfaas-fn' })).metadata;

  it('says who keeps it where it is made', async () => {
    await writeConfigMap(connection, 'new', { data: {}, resourceVersion: null }, signal);
    expect(await metadataOf('new')).to.deep.include({
      labels: { 'app.kubernetes.io/managed-by': 'foresize' },
    });
  });

  it('keeps the labels and annotations that others have put on it, as Helm does', async () => {
    const kept = {
      labels: { 'app.kubernetes.io/managed-by': 'Helm' },
      annotations: { 'meta.helm.sh/release-name': 'foresize' },
    };
    // The local platform makes this one at its start.
    const made = await readConfigMap(connection, 'foresize-cycle', signal);
    const resourceVersion = made?.resourceVersion ?? null;
    await writeConfigMap(connection, 'foresize-cycle', { data: {}, resourceVersion, kept }, signal);
    expect(await createCycleStore(connection, 15_000).claim(7, signal)).to.equal(true);
    expect((await readConfigMap(connection, 'foresize-cycle', signal))?.data).to.deep.equal({ cycle: '7' });
    expect(await metadataOf('foresize-cycle')).to.deep.include(kept);
  });
});
