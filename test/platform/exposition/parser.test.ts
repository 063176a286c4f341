import { expect } from 'chai';
import fc from 'fast-check';
import parsePrometheusTextFormat from 'parse-prometheus-text-format';
import { ForesizeError } from '#core/errors/error.ts';
import { ExpositionParser, type ExpositionOptions } from '#platform/exposition/parser.ts';

interface Sample {
  readonly metric: string;
  readonly labels: readonly string[];
  readonly value: number;
  readonly timestampMs: number;
}

const LABELS = ['alpha', 'beta', 'le'];
const METRICS = ['first_total', 'second_bytes', 'second_bytes_bucket'];

function parse(text: string, cuts: readonly number[] = [], options: ExpositionOptions = {}) {
  const samples: Sample[] = [];
  const parser = new ExpositionParser(
    Object.fromEntries(METRICS.map((metric) => [metric, LABELS])),
    (metric, labels, value, timestampMs) => {
      samples.push({ metric, labels: [...labels], value, timestampMs });
    },
    options,
  );
  const bytes = Buffer.from(text);
  let from = 0;
  for (const cut of [...cuts].sort((a, b) => a - b)) {
    parser.push(bytes.subarray(from, Math.max(from, cut)));
    from = Math.max(from, cut);
  }
  parser.push(bytes.subarray(from));
  parser.end();
  return { samples, parser };
}

const one = (line: string): Sample | undefined => parse(line).samples[0];

describe('the exposition parser', () => {
  it('reads name, labels in any order, value and timestamp', () => {
    expect(one('first_total{beta="b",other="x",alpha="a"} 1.5e+03 1395066363000\n')).to.deep.equal({
      metric: 'first_total',
      labels: ['a', 'b', ''],
      value: 1500,
      timestampMs: 1395066363000,
    });
  });

  it('reads a line without labels, timestamp or end of line', () => {
    expect(one('first_total 3')).to.deep.equal({
      metric: 'first_total',
      labels: ['', '', ''],
      value: 3,
      timestampMs: NaN,
    });
  });

  it('takes blanks, trailing commas, carriage returns and comments as the format allows', () => {
    const text = '# HELP first_total x\n\n  first_total { alpha = "a" , beta="b", }\t2 \r\n# EOF\r\n';
    const { samples, parser } = parse(text);
    expect(samples.map(({ labels, value }) => [labels, value])).to.deep.equal([[['a', 'b', ''], 2]]);
    expect(parser.malformed).to.equal(0);
  });

  it('resolves escapes and keeps UTF-8', () => {
    expect(one('first_total{alpha="C:\\\\D \\"q\\" \\n",beta="größe 漢"} 1')?.labels).to.deep.equal([
      'C:\\D "q" \n',
      'größe 漢',
      '',
    ]);
  });

  it('is not misled by braces, commas, hashes and line ends written inside a value', () => {
    expect(one('first_total{alpha="} 7 # {,=",beta="\\\\"} 1')?.labels).to.deep.equal([
      '} 7 # {,=',
      '\\',
      '',
    ]);
  });

  for (const [text, value] of [
    ['NaN', NaN],
    ['+Inf', Infinity],
    ['-Inf', -Infinity],
    ['.5', 0.5],
    ['-1e-9', -1e-9],
  ] as const) {
    it(`reads the value ${text}`, () => {
      expect(one(`first_total ${text}\n`)?.value).to.deep.equal(value);
    });
  }

  it('ignores an exemplar', () => {
    const sample = one('second_bytes_bucket{le="1"} 4 # {trace_id="x"} 0.5 1.2\n');
    expect(sample?.value).to.equal(4);
    expect(sample?.timestampMs).to.deep.equal(NaN);
  });

  it('does not take one metric for another whose name begins alike', () => {
    const { samples } = parse('second_bytes 1\nsecond_bytes_bucket 2\nsecond_bytesx 3\nsecond_bytes 4\n');
    expect(samples.map(({ metric, value }) => [metric, value])).to.deep.equal([
      ['second_bytes', 1],
      ['second_bytes_bucket', 2],
      ['second_bytes', 4],
    ]);
  });

  it('reports malformed lines by number and goes on', () => {
    const text =
      'first_total{alpha="a} 1\nfirst_total x\n<html>\nfirst_total 1 2 3\nfirst_total{a=b} 1\nfirst_total 9\n';
    const { samples, parser } = parse(text);
    expect(samples.map(({ value }) => value)).to.deep.equal([9]);
    expect(parser.malformed).to.equal(5);
    expect(parser.problems.map(({ line }) => line)).to.deep.equal([1, 2, 3, 4, 5]);
  });

  it('does not take an empty or hexadecimal value for a number', () => {
    expect(parse('first_total\nfirst_total{}\nfirst_total 0x10\n').parser.malformed).to.equal(3);
  });

  it('ends beyond the bound of malformed lines', () => {
    expect(() => parse('<\n'.repeat(4), [], { maximumMalformed: 3 }))
      .to.throw(ForesizeError, /more than 3 lines cannot be read; line 1: does not begin/)
      .with.property('code', 'exposition-invalid');
  });

  it('ends at a line beyond its bound', () => {
    expect(() => parse('x'.repeat(101), [], { maximumLineBytes: 100 })).to.throw(
      ForesizeError,
      /line 1 is longer/,
    );
  });

  const value = fc.oneof(
    fc.double({ noNaN: true }).map((number) => number),
    fc.integer(),
    fc.constantFrom(NaN, Infinity, -Infinity),
  );
  const line = fc.record({
    metric: fc.constantFrom(...METRICS, 'unwanted'),
    labels: fc.dictionary(
      fc.constantFrom('alpha', 'beta', 'gamma'),
      fc.string({ unit: 'binary', maxLength: 12 }),
    ),
    value,
    timestampMs: fc.option(fc.integer({ min: 0, max: 2e12 })),
    end: fc.constantFrom('\n', '\r\n', '\n# comment\n', '\n\n'),
  });

  type Line = ReturnType<typeof fc.sample<typeof line extends fc.Arbitrary<infer T> ? T : never>>[number];

  const escape = (text: string): string =>
    text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
  const number = (given: number): string =>
    Number.isFinite(given) ? String(given) : Number.isNaN(given) ? 'NaN' : given > 0 ? '+Inf' : '-Inf';
  const write = ({ metric, labels, value: given, timestampMs, end }: Line): string => {
    const pairs = Object.entries(labels).map(([name, text]) => `${name}="${escape(text)}"`);
    const stamp = timestampMs === null ? '' : ` ${timestampMs}`;
    return `${metric}${pairs.length > 0 ? `{${pairs.join(',')}}` : ''} ${number(given)}${stamp}${end}`;
  };

  it('reads back whatever was written, wherever the chunks end', () => {
    fc.assert(
      fc.property(fc.array(line), fc.array(fc.nat(2000)), (lines, cuts) => {
        const { samples, parser } = parse(lines.map(write).join(''), cuts);
        expect(parser.malformed).to.equal(0);
        expect(samples).to.deep.equal(
          lines
            .filter(({ metric }) => metric !== 'unwanted')
            .map((given) => ({
              metric: given.metric,
              labels: LABELS.map((name) => given.labels[name] ?? ''),
              value: Number(String(given.value)),
              timestampMs: given.timestampMs ?? NaN,
            })),
        );
      }),
    );
  });

  it('never fails on arbitrary bytes but by its own error', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
        try {
          parse(`first_total${text}`);
        } catch (error) {
          expect(error).to.be.instanceOf(ForesizeError);
        }
      }),
    );
  });

  it('agrees with an independent parser', () => {
    const simple = fc.record({
      alpha: fc.string({
        unit: fc.constantFrom('a', ' ', '\\', '"', '\n', '{', '}', ',', '=', '#'),
        maxLength: 8,
      }),
      value: fc.double({ noNaN: true, noDefaultInfinity: true }),
      timestampMs: fc.integer({ min: 1, max: 2e12 }),
    });
    fc.assert(
      fc.property(fc.uniqueArray(simple, { minLength: 1, selector: ({ alpha }) => alpha }), (rows) => {
        const text = rows
          .map((row) => `first_total{alpha="${escape(row.alpha)}"} ${row.value} ${row.timestampMs}\n`)
          .join('');
        const oracle = parsePrometheusTextFormat(`# TYPE first_total gauge\n${text}`);
        const expected = oracle[0]?.metrics.map((metric) => ({
          alpha: metric.labels?.alpha ?? '',
          value: Number(metric.value),
          timestampMs: Number(metric.timestamp_ms),
        }));
        const actual = parse(text).samples.map((sample) => ({
          alpha: sample.labels[0],
          value: sample.value,
          timestampMs: sample.timestampMs,
        }));
        expect(actual).to.deep.equal(expected);
      }),
    );
  });
});
