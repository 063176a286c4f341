import { expect } from 'chai';
import { createMetricsApiSource } from '#platform/sources/metrics-api.ts';
import { failure } from '../../support/failure.ts';
import { serveExpositions, type ExpositionServer } from './exposition-server.ts';

const PODS = '/apis/metrics.k8s.io/v1beta1/namespaces/openfaas-fn/pods';
const START = Date.parse('2026-11-25T00:00:00Z');

function list(second: number, window: string, cpu: string, memory = '3736Ki'): string {
  const timestamp = new Date(START + second * 1000).toISOString();
  const containers = [{ name: 'qrcode', usage: { cpu, memory } }];
  const metadata = { name: 'qrcode-7d9c9b5f4-x2x7k', namespace: 'openfaas-fn' };
  return JSON.stringify({ kind: 'PodMetricsList', items: [{ metadata, timestamp, window, containers }] });
}

describe('the metrics-api source', () => {
  let server: ExpositionServer;
  let now = START;
  const { signal } = new AbortController();
  const create = () =>
    createMetricsApiSource({
      kubernetes: { url: server.origin, token: 'reader' },
      clock: () => now,
    });

  beforeEach(async () => {
    now = START;
    server = await serveExpositions();
  });

  afterEach(async () => {
    await server.close();
  });

  it('adds mean use over windows up to a counter, one row a new sample', async () => {
    const source = create();
    server.set(PODS, list(0, '15s', '100m'));
    await source.read(0, signal);
    await source.read(0, signal);
    server.set(PODS, list(20, '20s', '500000000n', '8Mi'));
    const { containers, calls } = await source.read(0, signal);
    expect(calls).to.deep.equal([]);
    expect(containers).to.have.length(1);
    expect(containers[0]).to.deep.include({
      namespace: 'openfaas-fn',
      pod: 'qrcode-7d9c9b5f4-x2x7k',
      container: 'qrcode',
      timesMs: Float64Array.of(START - 15_000, START, START + 20_000),
      cpuSeconds: Float64Array.of(0, 1.5, 11.5),
      memoryBytes: Float64Array.of(NaN, 3736 * 1024, 8 * 2 ** 20),
      throttledSeconds: Float64Array.of(NaN, NaN, NaN),
    });
    expect(server.requests[0]?.headers.authorization).to.equal('Bearer reader');
  });

  it('takes a window of a few seconds, and numbers it cannot read, for no sample', async () => {
    const source = create();
    server.set(PODS, list(0, '2s', '0'));
    expect((await source.read(0, signal)).containers).to.deep.equal([]);
    server.set(PODS, list(0, '15s', 'lots'));
    expect((await source.read(0, signal)).containers).to.deep.equal([]);
  });

  it('forgets what is gone from the window', async () => {
    const source = create();
    server.set(PODS, list(0, '15s', '100m'));
    await source.read(0, signal);
    now += 3_600_001;
    server.set(PODS, '{"items":[]}');
    expect((await source.read(0, signal)).containers).to.deep.equal([]);
  });

  for (const [what, body, status, message] of [
    ['is refused', 'forbidden', 403, /answered 403: forbidden/],
    ['is answered nonsense', '<html>', 200, /answered no list of pod metrics/],
  ] as const) {
    it(`is unavailable, naming the address, when it ${what}`, async () => {
      server.set(PODS, body, status);
      const error = await failure(create().read(0, signal));
      expect(error.code).to.equal('source-unavailable');
      expect(error.message).to.match(message).and.include(`${server.origin}${PODS}`);
    });
  }
});
