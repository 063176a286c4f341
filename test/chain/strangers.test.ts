import { expect } from 'chai';
import { z } from 'zod';
import { SIGNATURE_HEADER } from '#core/chain/envelope.ts';
import { decisionReportSchema } from '#core/messages/decision.ts';
import type { Resources } from '#core/usage/reading.ts';
import { emptyUsage, seal, type Sealed, starving } from './messages.ts';
import { type RunningChain, startChain } from './running-chain.ts';

const refusal = z.strictObject({ error: z.string(), code: z.string() });
const publicReport = z.strictObject({ cycle: z.number(), status: z.string() });

describe('a stranger to the chain', function () {
  this.timeout(30_000);
  let chain: RunningChain;
  let sizes: readonly Resources[];

  const sizesNow = (): readonly Resources[] =>
    chain.platform.workloads.pods().map(({ desired }) => ({ ...desired }));
  const apply = ({ body, headers }: Sealed, more: Record<string, string> = {}): Promise<Response> =>
    chain.call('apply-resources', body, { ...headers, ...more });
  const unsigned = ({ body }: Sealed): Sealed => ({ body, headers: {} });

  async function expectRefused(response: Response, status: number, code: string): Promise<void> {
    expect(refusal.parse(await response.json()).code).to.equal(code);
    expect(response.status).to.equal(status);
  }

  before(async () => {
    chain = await startChain({ environment: { CYCLE_PERIOD: '2s' } });
  });
  after(() => chain.stop());

  beforeEach(() => {
    sizes = sizesNow();
  });
  afterEach(() => {
    expect(sizesNow()).to.deep.equal(sizes);
  });

  it('cannot replay a message, which counts once', async () => {
    const captured = seal(chain, starving());
    const limit = chain.pod('qrcode').desired.cpuLimitCores ?? NaN;
    const first = await apply(captured);
    expect(first.status).to.equal(200);
    const [decision] = decisionReportSchema.parse(await first.json()).decisions;
    expect(decision?.outcomes).to.have.nested.property('[0].result', 'applied');
    expect(chain.pod('qrcode').desired.cpuLimitCores).to.be.greaterThan(limit);
    sizes = sizesNow();
    await expectRefused(await apply(captured), 409, 'message-repeated');
  });

  it('cannot have a forecast applied without a signature', async () => {
    await expectRefused(await apply(unsigned(seal(chain, starving()))), 401, 'signature-missing');
  });

  it('cannot use a message that was signed for another hop', async () => {
    for (const hop of ['predict', 'collect'] as const) {
      await expectRefused(await apply(seal(chain, starving(), { hop })), 401, 'signature-invalid');
    }
  });

  it('cannot change a signed message', async () => {
    const { body, headers } = seal(chain, starving());
    const changed = body.replace('"stretch":9', '"stretch":99');
    expect(changed).not.to.equal(body);
    await expectRefused(await apply({ body: changed, headers }), 401, 'signature-invalid');
  });

  it('cannot pass a signed message off as another cycle or shard', async () => {
    const message = starving();
    for (const moved of [{ cycle: 99 }, { shard: message.shard + 1 }]) {
      await expectRefused(await apply(seal(chain, message, moved)), 400, 'message-invalid');
    }
  });

  it('cannot use a message kept for later, or dated ahead', async () => {
    for (const offMs of [-61_000, 61_000]) {
      const kept = seal(chain, starving(), { timeMs: Date.now() + offMs });
      await expectRefused(await apply(kept), 409, 'message-stale');
    }
  });

  it('cannot forge a callback', async () => {
    const failed = { 'x-function-name': 'predict-resources', 'x-function-status': '500' };
    await expectRefused(await apply(seal(chain, starving()), failed), 422, 'callback-failed');
    const forged = { ...failed, 'x-function-status': '200' };
    await expectRefused(await apply(unsigned(seal(chain, starving())), forged), 401, 'signature-missing');
  });

  it('gets forecasts, but no signature with them', async () => {
    const usage = seal(chain, emptyUsage(), { hop: 'predict' });
    const ours = await chain.call('predict-resources', usage.body, usage.headers);
    expect(ours.headers.has(SIGNATURE_HEADER)).to.equal(true);
    const theirs = await chain.call('predict-resources', usage.body);
    expect(theirs.status).to.equal(200);
    expect(theirs.headers.has(SIGNATURE_HEADER)).to.equal(false);
    expect(await theirs.json()).to.deep.equal(await ours.json());
  });

  it('starts no cycle that cron would not, and learns nothing but its number and status', async () => {
    const answers = await Promise.all(
      Array.from({ length: 100 }, async () => {
        const response = await chain.call('collect-metrics', '');
        return { http: response.status, ...publicReport.parse(await response.json()) };
      }),
    );
    const started = answers.filter(({ status }) => status !== 'busy').map(({ cycle }) => cycle);
    expect(started).to.deep.equal([...new Set(started)]);
    for (const { http, status } of answers) expect(http).to.equal(status === 'busy' ? 429 : 200);
    const cycles = z.looseObject({ cycle: z.number() });
    const carried = chain.platform.workloads
      .logs('openfaas-fn', 'collect-metrics')
      .filter(({ text }) => text.includes('"event":"cycle"'))
      .map(({ text }) => cycles.parse(JSON.parse(text)).cycle);
    expect(carried).to.deep.equal([...new Set(carried)]);
  });

  it('is told so where the signature for the full report is wrong; who has the key sees the whole report', async () => {
    const body = '';
    const sign = (hop: 'collect' | 'predict') => {
      const envelope = { hop, installation: 'foresize', cycle: 0, shard: 0, timeMs: Date.now() };
      return { [SIGNATURE_HEADER]: chain.signer.sign(envelope, Buffer.from(body)) };
    };
    await expectRefused(await chain.call('collect-metrics', body, sign('predict')), 401, 'signature-invalid');
    const answer = await chain.call('collect-metrics', body, sign('collect'));
    expect(await answer.json()).to.have.all.keys('cycle', 'status', 'functions', 'decisions', 'failures');
  });
});
