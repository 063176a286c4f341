import { expect } from 'chai';
import { createScrapeSource, type ScrapeOptions, type ScrapeSource } from '#platform/sources/scrape.ts';
import { failure } from '../../support/failure.ts';
import { cadvisor, gateway, serveExpositions, type ExpositionServer } from './exposition-server.ts';

const NODE_A = '/api/v1/nodes/node-a/proxy/metrics/cadvisor';
const NODE_B = '/api/v1/nodes/node-b/proxy/metrics/cadvisor';
const START = 1_700_000_000_000;

describe('the scrape source', () => {
  let server: ExpositionServer;
  let source: ScrapeSource | undefined;
  let now = START;
  let problems: string[] = [];
  const { signal } = new AbortController();

  function create(options: Partial<ScrapeOptions> = {}): ScrapeSource {
    source = createScrapeSource({
      kubernetes: { url: server.origin, token: 'reader' },
      nodes: () => Promise.resolve(['node-a']),
      gatewayMetricsUrl: `${server.origin}/metrics`,
      clock: () => now,
      onProblem: (message) => problems.push(message),
      ...options,
    });
    return source;
  }

  /** The clock moves on by 15 s, which makes what was read stale. */
  async function next(reading: ScrapeSource) {
    now += 15_000;
    return reading.read(0, signal);
  }

  beforeEach(async () => {
    now = START;
    problems = [];
    server = await serveExpositions();
    server.set(NODE_A, cadvisor([{ atMs: START - 3000, cpu: 1, memory: 5 }]));
    server.set('/metrics', gateway({}));
  });

  afterEach(async () => {
    await source?.stop();
    await server.close();
  });

  it('reads kubelets through the API server with its token, and the gateway without', async () => {
    await create().read(0, signal);
    const seen = server.requests.map(({ url, headers }) => [url, headers.authorization]);
    expect(seen).to.have.deep.members([
      [NODE_A, 'Bearer reader'],
      ['/metrics', undefined],
    ]);
  });

  it('keeps one row per new sample time, since cAdvisor repeats a sample until the next', async () => {
    const reading = create();
    await reading.read(0, signal);
    await next(reading);
    server.set(
      NODE_A,
      cadvisor([{ atMs: START + 20_000, cpu: 2.5, memory: 7, throttled: 3, periods: 4, oom: 1 }]),
    );
    const { containers } = await next(reading);
    expect(containers).to.have.length(1);
    expect(containers[0]).to.deep.include({
      namespace: 'openfaas-fn',
      pod: 'qrcode-7d9c9b5f4-x2x7k',
      container: 'qrcode',
      timesMs: Float64Array.of(START - 3000, START + 20_000),
      cpuSeconds: Float64Array.of(1, 2.5),
      memoryBytes: Float64Array.of(5, 7),
      throttledSeconds: Float64Array.of(NaN, 3),
      throttledPeriods: Float64Array.of(NaN, 4),
      oomEvents: Float64Array.of(NaN, 1),
    });
  });

  it('gives only the samples asked for', async () => {
    const reading = create();
    await reading.read(0, signal);
    server.set(NODE_A, cadvisor([{ atMs: START + 1, cpu: 2 }]));
    now += 15_000;
    expect((await reading.read(START, signal)).containers[0]?.timesMs).to.deep.equal(
      Float64Array.of(START + 1),
    );
  });

  it('leaves out whole pods, pause containers and other namespaces', async () => {
    const others = [
      { container: '', id: '/kubepods/pod' },
      { container: 'POD', id: '/kubepods/pause' },
      { namespace: 'kube-system', id: '/kubepods/other' },
    ].map((identity) => ({ ...identity, atMs: START, cpu: 9 }));
    server.set(NODE_A, cadvisor([...others, { atMs: START, cpu: 1 }]));
    const { containers } = await create().read(0, signal);
    expect(containers.map(({ cpuSeconds }) => cpuSeconds[0])).to.deep.equal([1]);
  });

  it('keeps the runs of a restarted container apart, each with its start', async () => {
    server.set(
      NODE_A,
      cadvisor([
        { id: '/kubepods/run-1', atMs: START, cpu: 9, startSeconds: 1_699_990_000 },
        { id: '/kubepods/run-2', atMs: START, cpu: 1, startSeconds: 1_699_999_990.5 },
      ]),
    );
    const { containers } = await create().read(0, signal);
    expect(containers.map(({ startedAtMs }) => startedAtMs)).to.deep.equal([
      1_699_990_000_000, 1_699_999_990_500,
    ]);
  });

  it('puts a changed limit only on samples that were surely taken under it', async () => {
    const reading = create();
    server.set(NODE_A, cadvisor([{ atMs: START - 3000, cpu: 1, limitCores: 0.1 }]));
    await reading.read(0, signal);
    server.set(NODE_A, cadvisor([{ atMs: START + 12_000, cpu: 2, limitCores: 0.5 }]));
    await next(reading);
    server.set(NODE_A, cadvisor([{ atMs: START + 27_000, cpu: 3, limitCores: 0.5 }]));
    const { containers } = await next(reading);
    expect(containers[0]?.cpuLimitCores).to.deep.equal(Float64Array.of(0.1, 0.1, 0.5));
    expect(containers[0]?.memoryLimitBytes).to.deep.equal(Float64Array.of(NaN, NaN, NaN));
  });

  it('adds up both spellings of a function and all codes, and knows that a new function had no calls', async () => {
    const reading = create();
    await reading.read(0, signal);
    server.set(
      '/metrics',
      gateway({ qrcode: { started: 5, completed: 4 }, 'qrcode.openfaas-fn': { started: 7, completed: 7 } }),
    );
    const { calls } = await next(reading);
    expect(calls).to.deep.equal([
      {
        namespace: 'openfaas-fn',
        functionName: 'qrcode',
        timesMs: Float64Array.of(START, START + 15_000),
        started: Float64Array.of(0, 12),
        completed: Float64Array.of(0, 11),
        durationBoundsSeconds: [0.1, Infinity],
        durationCounts: [Float64Array.of(0, 7), Float64Array.of(0, 11)],
      },
    ]);
  });

  it('leaves a reset of the gateway in the data, also where it no longer names the function', async () => {
    const reading = create();
    server.set('/metrics', gateway({ qrcode: { started: 5, completed: 4 } }));
    await reading.read(0, signal);
    server.set('/metrics', gateway({}));
    await next(reading);
    server.set('/metrics', gateway({ qrcode: { started: 2 } }));
    const { calls } = await next(reading);
    expect(calls[0]?.started).to.deep.equal(Float64Array.of(5, 0, 2));
    expect(calls[0]?.durationCounts).to.deep.equal([Float64Array.of(2, 0, 0), Float64Array.of(4, 0, 0)]);
  });

  it('reads again only what is older than a second', async () => {
    const reading = create();
    await reading.read(0, signal);
    await reading.read(0, signal);
    expect(server.requests).to.have.length(2);
  });

  it('scrapes in a loop of its own between reads', async () => {
    let scrapes = 0;
    const third = new Promise<void>((resolve) => {
      server.set(NODE_A, () => {
        scrapes += 1;
        if (scrapes === 3) resolve();
        return cadvisor([{ atMs: START + scrapes, cpu: scrapes }]);
      });
    });
    const reading = create({ intervalMs: 20 });
    await reading.start();
    await third;
    await reading.stop();
    expect((await reading.read(0, signal)).containers[0]?.timesMs.length).to.be.greaterThanOrEqual(2);
  });

  it('loses only the samples of a node that fails, says so once, and once that it is back', async () => {
    const reading = create({ nodes: () => Promise.resolve(['node-a', 'node-b']) });
    server.set(NODE_B, 'kubelet down', 502);
    expect((await reading.read(0, signal)).containers).to.have.length(1);
    await next(reading);
    expect(problems).to.deep.equal([`GET ${server.origin}${NODE_B} answered 502: kubelet down`]);
    expect(reading.failures()).to.deep.equal(problems);
    server.set(NODE_B, cadvisor([{ atMs: now, cpu: 1, pod: 'echo-7d9c9b5f4-abcde' }]));
    expect((await next(reading)).containers).to.have.length(2);
    expect(problems.at(-1)).to.equal(`${server.origin}${NODE_B} answers again`);
    expect(reading.failures()).to.deep.equal([]);
  });

  it('goes on without call counters while the gateway is down', async () => {
    server.set('/metrics', 'no', 503);
    const { containers, calls } = await create().read(0, signal);
    expect([containers.length, calls.length]).to.deep.equal([1, 0]);
    expect(problems[0]).to.include(`${server.origin}/metrics answered 503`);
  });

  it('is unavailable, naming the address, when no kubelet has answered for three intervals', async () => {
    const reading = create();
    await reading.read(0, signal);
    server.set(NODE_A, 'gone', 500);
    await next(reading);
    now += 45_000;
    const error = await failure(reading.read(0, signal));
    expect(error.code).to.equal('source-unavailable');
    expect(error.message).to.include(`GET ${server.origin}${NODE_A} answered 500: gone`);
    server.set(NODE_A, cadvisor([{ atMs: now, cpu: 3 }]));
    expect((await next(reading)).containers[0]?.cpuSeconds).to.deep.equal(Float64Array.of(1, 3));
  });

  it('is unavailable when the answer is no exposition', async () => {
    server.set(NODE_A, '<html>sign in</html>\n');
    const error = await failure(create().read(0, signal));
    expect(error.message).to.include(
      'answered what is no exposition: line 1 does not begin with a metric name',
    );
  });

  it('is unavailable when the nodes cannot be listed', async () => {
    const error = await failure(
      create({ nodes: () => Promise.reject(new Error('forbidden')) }).read(0, signal),
    );
    expect(error.code).to.equal('source-unavailable');
    expect(error.message).to.include('forbidden');
  });

  it('takes nothing from an answer that ends in nonsense', async () => {
    const reading = create();
    await reading.read(0, signal);
    server.set(NODE_A, cadvisor([{ atMs: START + 9, cpu: 7 }]) + '<\n'.repeat(2000));
    const { containers } = await next(reading);
    expect(containers[0]?.cpuSeconds).to.deep.equal(Float64Array.of(1));
  });

  it('forgets what is gone from the window', async () => {
    const reading = create({ windowMs: 60_000 });
    await reading.read(0, signal);
    server.set(NODE_A, cadvisor([{ atMs: START + 70_000, cpu: 1, pod: 'echo-7d9c9b5f4-abcde' }]));
    now += 70_000;
    const { containers } = await reading.read(0, signal);
    expect(containers.map(({ pod }) => pod)).to.deep.equal(['echo-7d9c9b5f4-abcde']);
  });
});
