import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { z } from 'zod';
import { SIGNATURE_HEADER, type Hop } from '#core/chain/envelope.ts';
import { forecastMessageSchema, functionForecastSchema } from '#core/messages/forecast.ts';
import type { UsageMessage } from '#core/messages/usage.ts';
import { noSignals } from '#core/usage/signals/no-signals.ts';
import { createSigner } from '#platform/signatures/signer.ts';
import { bundleFunction } from '#template/bundle.ts';
import { runBundle, type FunctionProcess } from '../../template/function-process.ts';

const START = 1_672_557_210_000;
const STEP = 15_000;
const ROWS = 240;

/** One row of the study's data set: 5 MB and 1.6 millicores, more every eighth step. */
const row = (i: number) => ({
  Time: START + i * STEP,
  mem_usage: 5_144_576 + (i % 4) * 4096,
  cpu_usage: i % 8 === 0 ? 0.004 : 0.0016,
  invocations: i % 8 === 0 ? 5 : 2,
});
const rows = Array.from({ length: ROWS }, (_, i) => row(i));
const csv = (lines: readonly string[]): string => `Time,mem_usage,cpu_usage\n${lines.join('\n')}\n`;
const lines = rows.map(({ Time, mem_usage, cpu_usage }) => `${Time},${mem_usage},${cpu_usage}`);

/** A usage message of one idle function. */
function usage(): UsageMessage {
  const series = new Array<number>(40).fill(0.002);
  const bytes = new Array<number>(40).fill(2 ** 26);
  const unknown = new Array<null>(40).fill(null);
  return {
    version: 1,
    installation: 'foresize',
    cycle: 7,
    shard: 3,
    shards: 4,
    at: START,
    stepMs: STEP,
    horizonMs: 75_000,
    functions: [
      {
        name: 'qrcode',
        namespace: 'openfaas-fn',
        forecaster: 'auto',
        series: {
          cpuCores: series,
          memoryBytes: bytes,
          callsStarted: unknown,
          pods: unknown,
          totalCpuCores: series,
          throttledSeconds: unknown,
          throttledPeriods: unknown,
          cpuLimitCores: unknown,
          memoryLimitBytes: unknown,
        },
        signals: { ...noSignals(), stretch: 0.25, throttledPeriods: 9 },
      },
    ],
  };
}

const refusal = z.strictObject({ error: z.string(), code: z.string() });

describe('the predict-resources function', () => {
  const key = Buffer.alloc(32, 7).toString('base64');
  const signer = createSigner(key);
  let directory: string;
  let running: FunctionProcess;
  let url: string;

  before(async () => {
    directory = mkdtempSync(join(tmpdir(), 'foresize-predict-'));
    writeFileSync(join(directory, 'foresize-key'), key);
    const { path } = await bundleFunction({
      templateDir: 'template/typescript',
      handlerDir: 'functions/predict-resources',
      outDir: join(directory, 'dist'),
    });
    running = runBundle(path, { SECRETS_PATH: directory, MAX_BODY_SIZE: '8mb' });
    url = await running.url();
  });
  after(async () => {
    running.child.kill();
    await running.exited();
    rmSync(directory, { recursive: true });
  });

  const ask = (body: string, headers: Record<string, string> = {}, query = ''): Promise<Response> =>
    fetch(`${url}/${query}`, { method: 'POST', body, headers });
  async function forecastOf(body: string, query = '') {
    const response = await ask(body, {}, query);
    expect(response.status).to.equal(200);
    return functionForecastSchema.parse(await response.json());
  }
  async function refused(response: Response, status = 400) {
    expect(response.status).to.equal(status);
    return refusal.parse(await response.json());
  }
  function signed(message: UsageMessage, more: { hop?: Hop; ageMs?: number; cycle?: number } = {}) {
    const { hop = 'predict', ageMs = 0, cycle = message.cycle } = more;
    const { installation, shard } = message;
    const body = JSON.stringify(message);
    const timeMs = Date.now() - ageMs;
    const signature = signer.sign({ hop, installation, cycle, shard, timeMs }, Buffer.from(body));
    return { body, headers: { [SIGNATURE_HEADER]: signature } };
  }

  describe('asked directly', () => {
    it('forecasts the next step and the peak from the study’s CSV', async () => {
      const forecast = await forecastOf(csv(lines));
      expect(forecast).to.include({ name: 'usage', namespace: 'direct', at: START + (ROWS - 1) * STEP });
      expect(forecast.evidence).to.include({ samples: ROWS, gaps: 0, age: 0 });
      expect(forecast.peak.horizon).to.equal(75_000);
      expect(forecast.peak.memory?.p95).to.be.within(5_144_576, 2 * 5_144_576);
      expect(forecast.peak.cpu?.p50).to.be.at.most(forecast.peak.cpu?.p99 ?? 0);
      expect(forecast.next.cpu).to.be.within(0.0015, 0.0041);
    });

    it('says the same of the same rows as JSON, with or without calls', async () => {
      const bare = rows.map(({ Time, mem_usage, cpu_usage }) => ({ Time, mem_usage, cpu_usage }));
      expect(await forecastOf(JSON.stringify(bare))).to.deep.equal(await forecastOf(csv(lines)));
      expect((await forecastOf(JSON.stringify(rows))).evidence.samples).to.equal(ROWS);
    });

    const queries: readonly (readonly [string, string, RegExp])[] = [
      ['an unknown forecaster', '?forecaster=oracle', /^forecaster="oracle" is not one of auto, .*nowcast/],
      ['a horizon that is no duration', '?horizon=soon', /^horizon="soon": .* is not a duration such as/],
      ['no horizon', '?horizon=0s', /^horizon="0s": must be from 1s to 1d$/],
      ['a horizon of months', '?horizon=60d', /^horizon="60d": must be from 1s to 1d$/],
      [
        'another parameter',
        '?forcaster=arima',
        /^"forcaster" is no parameter; known are forecaster, horizon$/,
      ],
      ['a parameter twice', '?horizon=1m&horizon=2m', /^horizon is there more than once$/],
    ];
    for (const [what, query, error] of queries) {
      it(`answers a query with ${what} with a 400 that says what is possible`, async () => {
        const answer = await refused(await ask(csv(lines), {}, query));
        expect(answer.code).to.equal('query-invalid');
        expect(answer.error).to.match(error);
      });
    }

    it('takes no query with a usage message, which says all itself', async () => {
      const answer = await refused(await ask(JSON.stringify(usage()), {}, '?horizon=5m'));
      expect(answer.code).to.equal('query-invalid');
    });

    it('answers a whole usage message in its own kind, signals carried through', async () => {
      const response = await ask(JSON.stringify(usage()));
      const { functions, ...head } = forecastMessageSchema.parse(await response.json());
      expect(head).to.deep.include({ installation: 'foresize', cycle: 7, shard: 3, shards: 4 });
      expect(functions.map(({ name }) => name)).to.deep.equal(['qrcode']);
      expect(functions[0]?.signals).to.deep.equal(usage().functions[0]?.signals);
    });

    it('sorts samples, and counts those that are missing as gaps', async () => {
      const sorted = await forecastOf(csv(lines));
      expect(await forecastOf(csv(lines.toReversed()))).to.deep.equal(sorted);
      const holed = lines.filter((_, i) => i < 100 || i >= 110);
      expect((await forecastOf(csv(holed))).evidence).to.include({ samples: ROWS - 10, gaps: 10 });
      const empty = lines.with(5, `${START + 5 * STEP},,`);
      expect((await forecastOf(csv(empty))).evidence).to.include({ samples: ROWS - 1, gaps: 1 });
    });

    it('forecasts by the forecaster and for the horizon of the query', async () => {
      const asked = await forecastOf(csv(lines), '?forecaster=histogram&horizon=5m');
      expect(asked.evidence.forecaster).to.deep.equal({ cpu: 'histogram', memory: 'histogram' });
      expect(asked.peak.horizon).to.equal(300_000);
      expect(await forecastOf(JSON.stringify(rows), '?forecaster=auto&horizon=75s')).to.deep.equal(
        await forecastOf(JSON.stringify(rows)),
      );
      // Longer than the history: nothing is known of how it ends, and something is said nevertheless.
      expect((await forecastOf(csv(lines), '?horizon=1d')).peak.cpu?.p99).to.be.at.least(0.0016);
    });

    it('has ARIMA where it is named, and nowhere else', async () => {
      const { evidence, peak } = await forecastOf(csv(lines), '?forecaster=arima');
      expect(evidence.forecaster).to.deep.equal({ cpu: 'arima', memory: 'arima' });
      expect(peak.cpu?.p50).to.be.within(0.001, peak.cpu?.p99 ?? 0);
      const [first] = usage().functions;
      const wavy = { ...first!, series: { ...first!.series, cpuCores: rows.map((row) => row.cpu_usage) } };
      const functions = [
        { ...wavy, name: 'a', forecaster: 'arima' },
        { ...wavy, name: 'b' },
      ];
      const answer = await ask(JSON.stringify({ ...usage(), functions }));
      const forecasts = forecastMessageSchema.parse(await answer.json()).functions;
      expect(forecasts.map((forecast) => forecast.evidence.forecaster.cpu === 'arima')).to.deep.equal([
        true,
        false,
      ]);
    });

    it('says nothing where there is nothing to say', async () => {
      const forecast = await forecastOf(csv([`${START},,`]));
      expect(forecast.next).to.deep.equal({ cpu: null, memory: null });
      expect(forecast.evidence.forecaster).to.deep.equal({ cpu: 'none', memory: 'none' });
    });

    const malformed: readonly (readonly [string, string, string, RegExp])[] = [
      ['nothing', '', 'csv-invalid', /^the body is empty$/],
      ['white space', ' \n ', 'csv-invalid', /^the body is empty$/],
      ['a CSV without a column', 'Time,cpu_usage\n1,2\n', 'csv-invalid', /line 1 .*mem_usage/],
      ['a CSV without rows', 'Time,mem_usage,cpu_usage\n', 'csv-invalid', /no sample after the first line/],
      ['a short line', csv([lines[0]!, '5,6']), 'csv-invalid', /line 3 has 2 cells/],
      ['a negative value', csv([`${START},-1,0.1`]), 'csv-invalid', /line 2, column mem_usage: "-1"/],
      ['NaN', csv([lines[0]!, `${START + 1},5,NaN`]), 'csv-invalid', /line 3, column cpu_usage: "NaN"/],
      ['text', csv([`yesterday,5,1`]), 'csv-invalid', /line 2, column Time: "yesterday"/],
      ['one time twice', csv([lines[0]!, lines[0]!]), 'csv-invalid', /lines 2 and 3 have the same Time/],
      ['broken JSON', '[{"Time":1', 'body-not-json', /not JSON/],
      ['JSON rows without a field', '[{"Time":1,"mem_usage":1}]', 'message-invalid', /0\.cpu_usage/],
      [
        'a negative value in JSON',
        JSON.stringify([rows[0], { ...row(1), mem_usage: -1 }]),
        'message-invalid',
        /1\.mem_usage/,
      ],
      ['no JSON rows', '[]', 'message-invalid', /body/],
      ['another message', '{"version":2}', 'message-invalid', /version/],
      [
        'a message with a negative sample',
        JSON.stringify(usage()).replace('"cpuCores":[0.002', '"cpuCores":[-0.002'),
        'message-invalid',
        /functions\.0\.series\.cpuCores\.0/,
      ],
    ];
    for (const [what, body, code, error] of malformed) {
      it(`answers ${what} with a 400 that says where`, async () => {
        const answer = await refused(await ask(body));
        expect(answer.code).to.equal(code);
        expect(answer.error).to.match(error);
      });
    }
  });

  describe('asked by the chain', () => {
    it('signs the answer to a signed message for apply-resources, for the same cycle and shard', async () => {
      const { body, headers } = signed(usage());
      const response = await ask(body, headers);
      expect(response.status).to.equal(200);
      const answer = Buffer.from(await response.arrayBuffer());
      const header = response.headers.get(SIGNATURE_HEADER) ?? undefined;
      const envelope = signer.verify({ hop: 'apply', installation: 'foresize' }, answer, header);
      expect(envelope).to.include({ cycle: 7, shard: 3 });
      expect(envelope.timeMs).to.be.within(Date.now() - 10_000, Date.now());
    });

    it('says the same unsigned, and signs nothing then', async () => {
      const { body, headers } = signed(usage());
      const response = await ask(body);
      expect(response.headers.has(SIGNATURE_HEADER)).to.equal(false);
      expect(await response.json()).to.deep.equal(await (await ask(body, headers)).json());
    });

    it('reflects no header of the request', async () => {
      const { body, headers } = signed(usage());
      const mine = { 'x-callback-url': 'http://127.0.0.1:1/', 'x-mine': 'mine', 'x-call-id': 'mine' };
      const response = await ask(body, { ...headers, ...mine });
      for (const name of Object.keys(mine)) expect(response.headers.has(name)).to.equal(false);
      expect(response.headers.get(SIGNATURE_HEADER)).not.to.equal(headers[SIGNATURE_HEADER]);
    });

    it('refuses a signature of another key, hop or message', async () => {
      const good = signed(usage());
      const other = createSigner(Buffer.alloc(32, 8).toString('base64'));
      const { installation, cycle, shard } = usage();
      const foreign = other.sign(
        { hop: 'predict', installation, cycle, shard, timeMs: Date.now() },
        Buffer.from(good.body),
      );
      for (const [body, headers] of [
        [good.body, { [SIGNATURE_HEADER]: foreign }],
        [good.body, signed(usage(), { hop: 'apply' }).headers],
        [good.body.replace('0.25', '0.26'), good.headers],
        [good.body, { [SIGNATURE_HEADER]: 'v1 nonsense' }],
      ] as const) {
        expect((await refused(await ask(body, headers), 401)).code).to.equal('signature-invalid');
      }
    });

    it('refuses a message signed too long ago, or for another cycle', async () => {
      const late = signed(usage(), { ageMs: 61_000 });
      expect((await refused(await ask(late.body, late.headers), 409)).code).to.equal('message-stale');
      const moved = signed(usage(), { cycle: 8 });
      expect((await refused(await ask(moved.body, moved.headers))).error).to.equal(
        'cycle is 7 in the body, 8 in the signature',
      );
    });
  });

  it('needs a key for signed messages alone, and says so in its log', async () => {
    const path = join(directory, 'dist/index.cjs');
    const keyless = runBundle(path, { SECRETS_PATH: join(directory, 'nowhere') });
    const address = await keyless.url();
    const { body, headers } = signed(usage());
    expect((await fetch(address, { method: 'POST', body: csv(lines) })).status).to.equal(200);
    const response = await fetch(address, { method: 'POST', body, headers });
    expect((await refused(response, 500)).code).to.equal('secret-missing');
    expect(JSON.stringify(await keyless.logged('call failed'))).to.include('foresize-key');
    keyless.child.kill();
    await keyless.exited();
  });
});
