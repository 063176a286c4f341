import { createServer, type Server } from 'node:http';
import { expect } from 'chai';
import getPort from 'get-port';
import { decisionReportSchema } from '#core/messages/decision.ts';
import { deployStack } from '../../cli/up/deploy.ts';
import { decisionOf } from '../../cli/live/decisions.ts';
import { eventually } from '../support/eventually.ts';
import { seal, starving } from './messages.ts';
import { type RunningChain, startChain } from './running-chain.ts';

/** A log line of a function that says all of `parts`, past or to come. */
function logged(chain: RunningChain, name: string, ...parts: string[]): Promise<string> {
  const { workloads, namespace } = chain.platform;
  return chain.until(() =>
    workloads
      .logs(namespace, name)
      .map(({ text }) => text)
      .find((text) => parts.every((part) => text.includes(part))),
  );
}

/** Resolves once the gateway has counted an answer with this status to a trigger of cron. */
async function answered({ platform }: RunningChain, status: number): Promise<void> {
  const counted = new RegExp(`invocation_total\\{(?=[^}]*collect-metrics)[^}]*code="${status}"`);
  await eventually(async () => counted.test(await (await fetch(platform.metricsUrl)).text()), {
    timeoutMs: 20_000,
    everyMs: 100,
  });
}

describe('the chain', function () {
  this.timeout(60_000);

  describe('whose source is down', () => {
    let chain: RunningChain;
    let prometheus: Server;
    let port: number;

    before(async () => {
      port = await getPort();
      prometheus = createServer((_request, response) => {
        response.end('{"status":"success","data":{"resultType":"matrix","result":[]}}');
      });
      const environment = {
        CYCLE_PERIOD: '1s',
        METRICS_SOURCE: 'prometheus',
        PROMETHEUS_URL: `http://127.0.0.1:${port}`,
      };
      chain = await startChain({ environment });
    });
    after(async () => {
      prometheus.close();
      await chain.stop();
    });

    it('answers 503 and names it in its log; the cycle after it is back is carried out', async () => {
      await answered(chain, 503);
      const line = await logged(chain, 'collect-metrics', 'call failed', 'source-unavailable');
      expect(line).to.include(`http://127.0.0.1:${port}`);
      expect(chain.decisions).to.deep.equal([]);
      await new Promise<void>((resolve) => prometheus.listen(port, '127.0.0.1', resolve));
      await logged(chain, 'collect-metrics', '"event":"cycle"', '"status":"done"');
      const [decision] = chain.decisions;
      expect(decision).to.include({ name: 'qrcode', action: 'hold' });
    });
  });

  describe('whose gateway is down, as collect-metrics sees it', () => {
    let chain: RunningChain;
    let gatewayUrl: string;

    before(async () => {
      gatewayUrl = `http://127.0.0.1:${await getPort()}`;
      chain = await startChain({ environment: { CYCLE_PERIOD: '1s', GATEWAY_URL: gatewayUrl } });
    });
    after(() => chain.stop());

    it('answers 502, and says in its log what could not be carried', async () => {
      const line = await logged(chain, 'collect-metrics', '"status":"partial"');
      expect(line).to.include('shard 0 of 1: the gateway did not answer').and.include(gatewayUrl);
      await answered(chain, 502);
    });
  });

  describe('that is told only to record', () => {
    let chain: RunningChain;

    before(async () => {
      chain = await startChain({ environment: { ACTUATOR: 'none' } });
    });
    after(() => chain.stop());

    it('records what it would have done, and changes nothing', async () => {
      const before = chain.pod('qrcode');
      const { body, headers } = seal(chain, starving());
      const response = await chain.call('apply-resources', body, headers);
      expect(response.status).to.equal(200);
      const [decision] = decisionReportSchema.parse(await response.json()).decisions;
      expect(decision).to.include({ action: 'resize', path: 'rescue' });
      expect(decision?.outcomes).to.deep.equal([
        {
          pod: before.name,
          result: 'refused',
          detail: 'the actuator is none: the decision is recorded only',
        },
      ]);
      const line = await logged(chain, 'apply-resources', '"event":"decision"', '"rescue-throttling"');
      expect(decisionOf(line)).to.deep.equal(decision);
      expect(chain.pod('qrcode')).to.deep.include({ desired: before.desired, inForce: before.inForce });
    });

    it('keeps what runs where a deploy names a secret that is missing, and says which', async () => {
      const { secrets, workloads, namespace } = chain.platform;
      const key = secrets.files(namespace, 'foresize-key') ?? new Map<string, Uint8Array>();
      const running = workloads.deployments(namespace);
      secrets.remove(namespace, 'foresize-key');
      const failure: unknown = await deployStack(
        chain.stack,
        chain.platform,
        AbortSignal.timeout(20_000),
      ).catch((error: unknown) => error);
      secrets.create(namespace, 'foresize-key', key);
      expect(String(failure)).to.match(/collect-metrics.*foresize-key/s);
      expect(workloads.deployments(namespace)).to.deep.equal(running);
      expect(chain.pod('collect-metrics').ready).to.equal(true);
    });
  });
});
