import { expect } from 'chai';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import { pino } from 'pino';
import { systemClock } from '../../../local/cron/clock.ts';
import { createCron, type Cron, type CronOptions, type RefusedSchedule } from '../../../local/cron/cron.ts';
import type { FunctionSpec } from '../../../local/workloads/model.ts';
import { eventually } from '../../support/eventually.ts';
import { createMemoryWorkloads, type MemoryWorkloads } from '../../support/memory-workloads.ts';
import { createFakeClock, type FakeClock } from './fake-clock.ts';

const START_MS = Date.parse('2026-01-01T00:00:00Z');

function spec(service: string, annotations: Record<string, string>, namespace = 'openfaas-fn'): FunctionSpec {
  const none = { envVars: {}, constraints: [], secrets: [], labels: {}, limits: {}, requests: {} };
  return {
    service,
    namespace,
    image: 'any',
    envProcess: '',
    annotations,
    readOnlyRootFilesystem: false,
    ...none,
  };
}

const scheduled = (schedule: string): Record<string, string> => ({ topic: 'cron-function', schedule });

describe('cron', () => {
  let workloads: MemoryWorkloads;
  let clock: FakeClock;
  let gateway: Server;
  let calls: { url: string; request: IncomingMessage; body: string }[];
  let answer: RequestListener;
  let log: string[];
  let cron: Cron | undefined;

  beforeEach(async () => {
    calls = [];
    log = [];
    answer = (_request, response) => response.end();
    workloads = await createMemoryWorkloads({ any: (_request, response) => response.end() });
    clock = createFakeClock(START_MS);
    gateway = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk: Buffer) => (body += chunk.toString()));
      request.on('end', () => {
        calls.push({ url: request.url ?? '', request, body });
        answer(request, response);
      });
    });
    gateway.listen(0, '127.0.0.1');
    await once(gateway, 'listening');
  });

  afterEach(async () => {
    await cron?.close();
    cron = undefined;
    await workloads.stop();
    gateway.closeAllConnections();
    await new Promise((resolve) => gateway.close(resolve));
  });

  function start(more: Pick<CronOptions, 'asynchronous' | 'onRefused'> = {}): Cron {
    const address = gateway.address();
    const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
    const logger = pino({ level: 'warn' }, { write: (line: string) => log.push(line) });
    cron = createCron({ workloads, gatewayUrl: `http://127.0.0.1:${port}`, log: logger, clock, ...more });
    return cron;
  }

  const called = (count: number): Promise<unknown> => eventually(() => calls.length === count);

  it('calls a function when it is due, and not before', async () => {
    workloads.deploy(spec('tick', scheduled('*/5 * * * *')));
    start();
    clock.advanceTo(START_MS + 299_999);
    expect(calls).to.have.length(0);
    clock.advanceTo(START_MS + 300_000);
    await called(1);
    clock.advanceTo(START_MS + 900_000);
    await called(3);
  });

  it('sends an empty POST to NAME.NAMESPACE with its two headers, no content type and no credentials', async () => {
    workloads.deploy(spec('tick', scheduled('@every 15s'), 'staging'));
    start();
    clock.advanceTo(START_MS + 15_000);
    await called(1);
    const [{ url, request, body } = { url: '', request: undefined, body: '' }] = calls;
    expect(url).to.equal('/function/tick.staging');
    expect(request?.method).to.equal('POST');
    expect(body).to.equal('');
    expect(request?.headers).to.include({
      'x-topic': 'cron-function',
      'x-connector': 'cron-connector',
      'content-length': '0',
    });
    expect(request?.headers).to.not.have.any.keys('content-type', 'authorization');
  });

  it('calls asynchronously when told to', async () => {
    workloads.deploy(spec('tick', scheduled('@every 1s')));
    start({ asynchronous: true });
    clock.advanceTo(START_MS + 1000);
    await called(1);
    expect(calls[0]?.url).to.equal('/async-function/tick.openfaas-fn');
  });

  it('keeps step with @every over many calls', async () => {
    workloads.deploy(spec('tick', scheduled('@every 15s')));
    const running = start();
    clock.advanceTo(START_MS + 150_000);
    await called(10);
    expect(running.functions()[0]?.nextMs).to.equal(START_MS + 165_000);
  });

  it('looks only at functions whose topic is exactly cron-function', () => {
    workloads.deploy(spec('none', {}));
    workloads.deploy(spec('other', { topic: 'cron-functions', schedule: '@every 1s' }));
    workloads.deploy(spec('without', { schedule: '@every 1s' }));
    expect(start().functions()).to.deep.equal([]);
    expect(clock.pending()).to.equal(0);
  });

  it('says which schedule it rejected and why, and goes on with the others', async () => {
    workloads.deploy(spec('six', scheduled('*/5 * * * * *')));
    workloads.deploy(spec('list', scheduled('0 9 * * *; 0 17 * * *')));
    workloads.deploy(spec('empty', { topic: 'cron-function' }));
    workloads.deploy(spec('tick', scheduled('@every 1s')));
    const refused: RefusedSchedule[] = [];
    const running = start({ onRefused: (schedule) => refused.push(schedule) });
    expect(refused.map(({ name }) => name)).to.deep.equal(['six', 'list', 'empty']);
    expect(refused[1]?.reason).to.contain('0 9 * * *; 0 17 * * *');
    const rejected = running.functions().filter(({ rejection }) => rejection !== null);
    expect(rejected.map(({ name }) => name)).to.deep.equal(['six', 'list', 'empty']);
    expect(rejected[0]?.rejection).to.contain('*/5 * * * * *').and.contain('five fields');
    expect(log.filter((line) => line.includes('schedule rejected'))).to.have.length(3);
    clock.advanceTo(START_MS + 1000);
    await called(1);
  });

  it('takes up what is deployed later, follows a changed schedule, and drops what is removed', async () => {
    const running = start();
    workloads.deploy(spec('tick', scheduled('@every 10s')));
    clock.advanceTo(START_MS + 10_000);
    await called(1);
    workloads.update(spec('tick', scheduled('@every 20s')));
    clock.advanceTo(START_MS + 25_000);
    expect(calls).to.have.length(1);
    clock.advanceTo(START_MS + 30_000);
    await called(2);
    workloads.update(spec('tick', {}));
    expect(running.functions()).to.deep.equal([]);
    workloads.update(spec('tick', scheduled('@every 1s')));
    workloads.remove('openfaas-fn', 'tick');
    expect(clock.pending()).to.equal(0);
  });

  it('does not begin anew at an update or scaling that leaves the schedule alone', async () => {
    workloads.deploy(spec('tick', scheduled('@every 10s')));
    start();
    clock.advanceTo(START_MS + 9000);
    workloads.update(spec('tick', { ...scheduled('@every 10s'), other: 'changed' }));
    workloads.scale('openfaas-fn', 'tick', 3);
    clock.advanceTo(START_MS + 10_000);
    await called(1);
  });

  it('keeps functions of the same name in two namespaces apart', async () => {
    workloads.deploy(spec('tick', scheduled('@every 1s'), 'one'));
    workloads.deploy(spec('tick', scheduled('@every 1s'), 'two'));
    start();
    workloads.remove('one', 'tick');
    clock.advanceTo(START_MS + 1000);
    await called(1);
    expect(calls[0]?.url).to.equal('/function/tick.two');
  });

  it('does not try again what failed, and calls at the next time', async () => {
    answer = (_request, response) => response.writeHead(500).end();
    workloads.deploy(spec('tick', scheduled('@every 10s')));
    start();
    clock.advanceTo(START_MS + 19_000);
    await called(1);
    answer = (request) => request.socket.destroy();
    clock.advanceTo(START_MS + 20_000);
    await called(2);
    await eventually(() => log.some((line) => line.includes('cron call failed')));
    clock.advanceTo(START_MS + 30_000);
    await called(3);
  });

  it('lets calls overlap, and ends those under way when it closes', async () => {
    const open: IncomingMessage[] = [];
    answer = (request) => open.push(request);
    workloads.deploy(spec('tick', scheduled('@every 1s')));
    const running = start();
    clock.advanceTo(START_MS + 3000);
    await eventually(() => open.length === 3);
    await running.close();
    await eventually(() => open.every((request) => request.destroyed));
    clock.advanceTo(START_MS + 10_000);
    expect(clock.pending()).to.equal(0);
    expect(calls).to.have.length(3);
    expect(log).to.deep.equal([]);
  });

  it('calls once after the machine slept through several times', async () => {
    workloads.deploy(spec('tick', scheduled('@every 1m')));
    const running = start();
    clock.sleepUntil(START_MS + 600_500);
    clock.advanceTo(START_MS + 600_500);
    await called(1);
    expect(running.functions()[0]?.nextMs).to.equal(START_MS + 660_000);
  });

  it('goes on with @every when the clock is set back by an hour', async () => {
    workloads.deploy(spec('tick', scheduled('@every 15s')));
    const running = start();
    clock.setBackBy(3_600_000);
    const backMs = START_MS - 3_600_000;
    clock.advanceTo(backMs + 15_000);
    expect(calls).to.have.length(0);
    expect(running.functions()[0]?.nextMs).to.equal(backMs + 30_000);
    clock.advanceTo(backMs + 75_000);
    await called(4);
  });

  it('waits for what is months away without overflowing a timer', async () => {
    workloads.deploy(spec('rare', scheduled('CRON_TZ=UTC 0 0 1 7 *')));
    start();
    clock.advanceTo(Date.parse('2026-06-30T23:59:59Z'));
    expect(calls).to.have.length(0);
    clock.advanceTo(Date.parse('2026-07-01T00:00:00Z'));
    await called(1);
  });
});

describe("the machine's clock", () => {
  it('calls back unless it is cancelled', async () => {
    const rung: string[] = [];
    systemClock.after(1, () => rung.push('cancelled'))();
    await new Promise<void>((resolve) => {
      systemClock.after(2, () => {
        rung.push('kept');
        resolve();
      });
    });
    expect(rung).to.deep.equal(['kept']);
    expect(systemClock.now()).to.be.closeTo(Date.now(), 1000);
  });
});
