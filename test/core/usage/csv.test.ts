import { existsSync, readFileSync } from 'node:fs';
import { expect } from 'chai';
import { functionUsageSchema } from '#core/messages/usage.ts';
import { ForesizeError } from '#core/errors/error.ts';
import { parseUsageCsv } from '#core/usage/csv.ts';
import { usageFromColumns } from '#core/usage/usage-from-columns.ts';

const IDENTITY = { name: 'qrcode', namespace: 'openfaas-fn' };
const use = (text: string) => usageFromColumns(parseUsageCsv(text), IDENTITY);
const HEADER = 'Time,mem_usage,cpu_usage';

describe('usage as CSV', () => {
  it('takes columns in any order, quotes, a byte-order mark, CRLF and blank lines', () => {
    const columns = parseUsageCsv(
      '\uFEFF"cpu_usage","note","Time",mem_usage\r\n0.5,"a, ""b""",1000,7\r\n\r\n"0.25",,16000,8\r\n\r\n',
    );
    expect(columns).to.deep.equal({
      timesMs: Float64Array.of(1000, 16000),
      memoryBytes: Float64Array.of(7, 8),
      cpuCores: Float64Array.of(0.5, 0.25),
      invocations: null,
      lines: [2, 4],
    });
  });

  it('takes invocations where they are given', () => {
    expect(use(`${HEADER},invocations\n0,1,1,3\n15000,1,1,4\n`).usage.series.callsStarted).to.deep.equal([
      3, 4,
    ]);
  });

  it('lays samples on an even grid of the typical step, gaps as null, whatever their order', () => {
    const { at, stepMs, usage } = use(`${HEADER}\n60050,5,0.5\n0,1,0.1\n15010,2,0.2\n30000,,0.3\n`);
    expect([at, stepMs]).to.deep.equal([60050, 15000]);
    expect(usage.series.cpuCores).to.deep.equal([0.1, 0.2, 0.3, null, 0.5]);
    expect(usage.series.memoryBytes).to.deep.equal([1, 2, null, null, 5]);
    expect(usage.signals).to.include({ lastMemoryBytes: 5, maximumMemoryBytes: 5 });
    expect(functionUsageSchema.safeParse(usage).success).to.equal(true);
  });

  it('takes a single sample', () => {
    expect(use(`${HEADER}\n1000,5,0.5`).usage.series.cpuCores).to.deep.equal([0.5]);
  });

  for (const [what, text, message] of [
    ['nothing', '', /the text is empty/],
    ['a missing column', 'Time,cpu_usage\n1,2\n', /line 1 does not name the column mem_usage/],
    ['a column twice', `${HEADER},Time\n1,2,3,4\n`, /column Time is there twice/],
    ['no sample', `${HEADER}\n\n`, /there is no sample/],
    ['a word', `${HEADER}\n0,1,1\n1,2,many\n`, /line 3, column cpu_usage: "many"/],
    ['NaN', `${HEADER}\n0,NaN,1\n`, /line 2, column mem_usage: "NaN"/],
    ['a negative value', `${HEADER}\n0,1,-0.1\n`, /line 2, column cpu_usage: "-0.1"/],
    ['a missing time', `${HEADER}\n,1,0.1\n`, /line 2, column Time: ""/],
    ['a short row', `${HEADER}\n0,1\n`, /line 2 has 2 cells, the first line 3/],
    ['two samples of one time', `${HEADER}\n5,1,1\n0,1,1\n5,1,1\n`, /lines 2 and 4 have the same Time 5/],
    ['a span that no message holds', `${HEADER}\n0,1,1\n1,1,1\n2,1,1\n99999999,1,1\n`, /more than 2880/],
  ] as const) {
    it(`refuses ${what}, saying where`, () => {
      expect(() => use(text))
        .to.throw(ForesizeError, message)
        .with.property('code', 'csv-invalid');
    });
  }

  const seed = new URL('../../../../shared/data/seed/', import.meta.url);
  it('reads the reference data set (skipped without ../shared/data/seed)', function () {
    if (!existsSync(seed)) this.skip();
    const lines = (file: string): string[] =>
      readFileSync(new URL(file, seed), 'utf8').trimEnd().split(/\r?\n/);
    const memory = lines('memory_usage.csv').map((line) => line.split(',')[1]);
    const text = lines('cpu_usage.csv')
      .map((line, i) => `${line},${memory[i]}`)
      .join('\n');
    const { at, stepMs, usage } = use(`${text}\n\n`);
    expect([at, stepMs, usage.series.cpuCores.length]).to.deep.equal([1672573860000, 15000, 1111]);
    expect(usage.series.cpuCores).not.to.include(null);
    expect(usage.signals.maximumMemoryBytes).to.equal(7999488);
  });
});
