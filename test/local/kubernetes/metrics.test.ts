import { expect } from 'chai';
import parsePrometheusTextFormat from 'parse-prometheus-text-format';
import { renderCadvisor } from '../../../local/kubernetes/cadvisor.ts';
import { formatAge } from '../../../local/kubernetes/age.ts';
import { UsageWindow } from '../../../local/kubernetes/usage-window.ts';
import { startApi, type RunningApi } from './running-api.ts';
import { countersOf, deploymentOf, podOf } from './workloads-in-memory.ts';

const qrcode = podOf(deploymentOf('qrcode'));

/** name → value and timestamp of the one sample. */
function samplesOf(text: string): Map<string, [value: string, time: string]> {
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(
    lines.map((line) => {
      const [, name = '', value = '', time = ''] = /^(\w+)\{.*\} (\S+) (\S+)$/.exec(line) ?? [];
      return [name, [value, time]];
    }),
  );
}

describe('Container metrics as a kubelet gives them', () => {
  it('carry cAdvisor’s names and the time of their own sampling', () => {
    const samples = samplesOf(renderCadvisor([qrcode], [countersOf(qrcode)]));
    const time = '1700000010000';
    expect([...samples]).to.deep.equal([
      ['container_cpu_usage_seconds_total', ['1.5', time]],
      ['container_cpu_cfs_periods_total', ['90', time]],
      ['container_cpu_cfs_throttled_periods_total', ['30', time]],
      ['container_cpu_cfs_throttled_seconds_total', ['2.25', time]],
      ['container_memory_working_set_bytes', ['52428800', time]],
      ['container_memory_usage_bytes', ['52428800', time]],
      ['container_oom_events_total', ['0', time]],
      ['container_start_time_seconds', ['1700000001', time]],
      ['container_spec_cpu_period', ['100000', time]],
      ['container_spec_cpu_quota', ['10000', time]],
      ['container_spec_memory_limit_bytes', ['268435456', time]],
    ]);
  });

  it('have nothing about throttling where there is no limit', () => {
    const unlimited = countersOf(qrcode, { limits: { cpuCores: null, memoryBytes: null } });
    const samples = samplesOf(renderCadvisor([qrcode], [unlimited]));
    expect([...samples.keys()].filter((name) => /cfs|quota/.test(name))).to.deep.equal([]);
    expect(samples.get('container_spec_memory_limit_bytes')?.[0]).to.equal('0');
  });

  it('are read by an independent parser, whatever the names', () => {
    const odd = podOf(deploymentOf('odd'), { uid: 'odd', name: 'a"b\\c' });
    const text = renderCadvisor([qrcode, odd], [countersOf(qrcode), countersOf(odd)], () => 'x:1');
    const families = parsePrometheusTextFormat(text);
    expect(families).to.have.lengthOf(11);
    expect(families[0]).to.deep.include({ name: 'container_cpu_usage_seconds_total', type: 'COUNTER' });
    expect(families[0]?.metrics).to.have.lengthOf(2);
    expect(families[0]?.metrics[0]).to.have.property('labels').that.includes({
      cpu: 'total',
      container: 'qrcode',
      image: 'x:1',
      namespace: 'openfaas-fn',
      pod: 'qrcode-5d4f8c7b9-abcde',
    });
    expect(families[0]?.metrics[1]).to.have.nested.property('labels.pod', 'a"b\\c');
  });

  it('leave out pods that are gone', () => {
    expect(renderCadvisor([], [countersOf(qrcode)])).to.equal('');
  });
});

describe('The window of metrics.k8s.io', () => {
  const at = (seconds: number, cpuSeconds: number): ReturnType<typeof countersOf> =>
    countersOf(qrcode, { atMs: seconds * 1000, cpuSeconds });

  it('is the shortest of at least five seconds that was seen', () => {
    const window = new UsageWindow();
    for (const [time, cpu] of [
      [0, 0],
      [4, 4],
      [8, 5],
      [12, 5.5],
    ] as const) {
      window.observe([at(time, cpu)]);
    }
    expect(window.usage(qrcode.uid)).to.deep.include({ windowMs: 8000, cpuCores: 1.5 / 8 });
  });

  it('is absent while too short, after a restart, and for pods that are gone', () => {
    const window = new UsageWindow();
    window.observe([at(0, 0)]);
    window.observe([at(4.9, 1)]);
    expect(window.usage(qrcode.uid)).to.equal(undefined);
    window.observe([at(6, 1)]);
    expect(window.usage(qrcode.uid)?.windowMs).to.equal(6000);
    window.observe([at(12, 0.5)]);
    expect(window.usage(qrcode.uid)).to.equal(undefined);
    window.observe([at(18, 1)]);
    window.observe([]);
    expect(window.usage(qrcode.uid)).to.equal(undefined);
  });
});

describe('Metrics of the local Kubernetes API', () => {
  let running: RunningApi;
  beforeEach(async () => {
    running = await startApi();
  });
  afterEach(() => running.close());

  it('give pods and the node once a window is over', async () => {
    const group = '/apis/metrics.k8s.io/v1beta1';
    const pod = `${group}/namespaces/openfaas-fn/pods/${qrcode.name}`;
    running.workloads.count(countersOf(qrcode, { atMs: 1_700_000_010_000, cpuSeconds: 1 }));
    expect(await running.call('GET', pod)).to.have.property('status', 404);
    expect((await running.call('GET', `${group}/nodes`)).body).to.have.property('items').that.is.empty;
    const workingSetBytes = 3736 * 1024 - 1;
    running.workloads.count(
      countersOf(qrcode, { atMs: 1_700_000_025_023, cpuSeconds: 1.02465567, workingSetBytes }),
    );
    const { body } = await running.call('GET', pod);
    expect(body).to.deep.include({
      kind: 'PodMetrics',
      apiVersion: 'metrics.k8s.io/v1beta1',
      timestamp: '2023-11-14T22:13:45Z',
      window: '15.023s',
      containers: [{ name: 'qrcode', usage: { cpu: '1641195n', memory: '3736Ki' } }],
    });
    const nodes = await running.call('GET', `${group}/nodes/local`);
    expect(nodes.body).to.deep.include({ usage: { cpu: '1641195n', memory: '3736Ki' } });
    const list = await running.call('GET', `${group}/pods`);
    expect(list.body).to.have.nested.property('items[0].metadata.name', qrcode.name);
  });

  it('come through the node’s proxy as text', async () => {
    running.workloads.count(countersOf(qrcode));
    const { contentType, text } = await running.call('GET', '/api/v1/nodes/local/proxy/metrics/cadvisor', {
      accept: 'text/plain',
    });
    expect(contentType).to.match(/^text\/plain; version=0\.0\.4/);
    expect(text).to.include('image="registry.example/qrcode:1"').and.include('} 1.5 1700000010000\n');
  });
});

describe('Ages in tables', () => {
  const now = Date.UTC(2026, 0, 1);
  for (const [seconds, text] of [
    [0, '0s'],
    [119, '119s'],
    [120, '2m'],
    [200, '3m20s'],
    [3_600, '60m'],
    [10_860, '3h1m'],
    [86_400, '24h'],
    [180_000, '2d2h'],
    [864_000, '10d'],
    [-1, '0s'],
    [-60, '<invalid>'],
  ] as const) {
    it(`print ${seconds} s as ${text}`, () => {
      expect(formatAge(new Date(now - seconds * 1000).toISOString(), now)).to.equal(text);
    });
  }
});
