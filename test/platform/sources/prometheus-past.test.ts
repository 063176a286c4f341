import { expect } from 'chai';
import { readPrometheusPast } from '#platform/sources/prometheus-past.ts';
import { failure } from '../../support/failure.ts';
import { type PastPod, pastOf } from '../../support/past-series.ts';
import { hasPromtool, type PrometheusServer, startPrometheus } from '../../support/prometheus-server.ts';

const MI = 2 ** 20;
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const EVERY = 300_000;
const { signal } = new AbortController();

describe('The past of Prometheus (skipped without `prometheus` and `promtool`)', () => {
  const now = Math.floor(Date.now() / EVERY) * EVERY;
  const today = Math.floor(now / DAY) * DAY;
  let server: PrometheusServer | undefined;

  const pod = (name: string, facts: Partial<PastPod>): PastPod => ({
    pod: name,
    container: 'qrcode',
    fromMs: today - 4 * DAY,
    toMs: now,
    everyMs: EVERY,
    cpuCores: () => 0.1,
    memoryBytes: () => 20 * MI,
    ...facts,
  });

  before(async function () {
    this.timeout(30_000);
    if (!hasPromtool()) this.skip();
    const busyFrom = today - 3 * DAY + 5 * HOUR;
    const isBusy = (atMs: number): boolean => atMs > busyFrom && atMs <= busyFrom + HOUR / 2;
    server = await startPrometheus({
      past: pastOf([
        pod('qrcode-7d9c9b5f4-aaaaa', {}),
        pod('qrcode-7d9c9b5f4-bbbbb', {
          toMs: today - 2 * DAY,
          cpuCores: (atMs) => (isBusy(atMs) ? 0.7 : 0.1),
          memoryBytes: (atMs) => (isBusy(atMs) ? 90 * MI : 20 * MI),
        }),
        pod('qrcode-7d9c9b5f4-aaaaa', { container: 'sidecar', cpuCores: () => 3 }),
      ]),
    });
  });

  after(() => server?.stop());

  it('holds the highest use of each hour: of the busiest pod, of all together, and of pods that are gone', async () => {
    const told: number[] = [];
    const uses = await readPrometheusPast(
      {
        url: server?.url ?? '',
        namespaces: ['openfaas-fn'],
        nowMs: now,
        onProgress: (done, of) => told.push(done / of),
      },
      signal,
    );
    expect(
      uses.map(({ namespace, deployment, container }) => [namespace, deployment, container]),
    ).to.have.deep.members([
      ['openfaas-fn', 'qrcode', 'qrcode'],
      ['openfaas-fn', 'qrcode', 'sidecar'],
    ]);
    const hours = uses.find(({ container }) => container === 'qrcode')?.hours ?? [];
    expect(hours[0]?.startMs).to.equal(today - 4 * DAY - HOUR);
    expect(hours.at(-1)?.startMs).to.equal(Math.ceil(now / HOUR) * HOUR - HOUR);
    const at = (startMs: number) => hours.find((hour) => hour.startMs === startMs);
    const busy = at(today - 3 * DAY + 5 * HOUR);
    expect(busy?.cpuCores).to.be.closeTo(0.7, 0.001);
    expect(busy?.totalCpuCores).to.be.closeTo(0.8, 0.001);
    expect(busy?.memoryBytes).to.equal(90 * MI);
    const calm = at(today - DAY + 5 * HOUR);
    expect(calm?.cpuCores).to.be.closeTo(0.1, 0.001);
    expect(calm?.totalCpuCores).to.be.closeTo(0.1, 0.001);
    expect(calm?.memoryBytes).to.equal(20 * MI);
    expect(told).to.have.lengthOf(9);
    expect(told.at(-1)).to.equal(1);
  });

  it('is of functions that are asked for alone, and empty where there is none', async () => {
    const uses = await readPrometheusPast(
      { url: server?.url ?? '', namespaces: ['openfaas-fn'], functions: ['other'], nowMs: now },
      signal,
    );
    expect(uses).to.deep.equal([]);
  });

  it('names the address that does not answer', async () => {
    const error = await failure(
      readPrometheusPast({ url: 'http://127.0.0.1:1', namespaces: ['openfaas-fn'], nowMs: now }, signal),
    );
    expect(error.code).to.equal('source-unavailable');
    expect(error.message).to.include('http://127.0.0.1:1');
  });
});
