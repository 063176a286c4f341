import { dirname } from 'node:path';
import { expect } from 'chai';
import { readConfigMap, writeConfigMap } from '#platform/kubernetes/config-map.ts';
import { connectKubernetes } from '#platform/kubernetes/connect.ts';
import { look } from '../../../cli/doctor/look/look.ts';
import { reportOf } from '../../../cli/doctor/report.ts';
import { type RunningChain, startChain } from '../../chain/running-chain.ts';
import { eventually } from '../../support/eventually.ts';

describe('foresize doctor on the local platform', function () {
  this.timeout(60_000);
  const { signal } = new AbortController();
  let chain: RunningChain;
  before(async () => {
    chain = await startChain({ environment: { CYCLE_PERIOD: '1s' } });
    await chain.decisionThat(() => true);
    await eventually(() => chain.platform.workloads.counters().length > 0, { timeoutMs: 15_000 });
  });
  after(() => chain.stop());

  /** What is not ok, by the platform's own kubeconfig and password. */
  async function wrong(): Promise<readonly string[]> {
    const { kubernetes, namespace } = chain.platform;
    const local = dirname(dirname(kubernetes.kubeconfigPath));
    const facts = await look({ namespace, local }, () => undefined, signal);
    return reportOf(facts)
      .findings.filter(({ level }) => level !== 'ok')
      .map(({ level, check, found }) => `${level} ${check}: ${found}`);
  }

  it('finds nothing wrong with the suite as it is deployed', async () => {
    expect(await wrong()).to.deep.equal([]);
  });

  it('finds the kill switch, a token that is no longer taken, and a schedule that is none', async () => {
    const { kubernetes, secrets, workloads, namespace } = chain.platform;
    const { host, port, caPem, identities } = kubernetes;
    const { token } = identities.admin;
    const connection = connectKubernetes({ host, port, caPem, token, namespace });
    const found = await readConfigMap(connection, 'foresize-kill-switch', signal);
    await writeConfigMap(connection, 'foresize-kill-switch', { ...found!, data: { writes: 'off' } }, signal);
    connection.close();
    const stale = new Map([...identities.reader.files, ['token', Buffer.from('of an earlier account')]]);
    secrets.update(namespace, 'foresize-reader', stale);
    const { spec } = workloads.deployment(namespace, 'collect-metrics')!;
    workloads.update({ ...spec, annotations: { ...spec.annotations, schedule: 'hourly' } });
    expect(await wrong()).to.include.members([
      'warning writes: stopped by the kill switch: writes is "off"',
      'problem foresize-reader: the API server does not take its token',
      'problem schedule: schedule "hourly": five fields are wanted, minute hour day month weekday, not 1: the cron-connector drops it without a word',
    ]);
  });
});
