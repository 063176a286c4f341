import { expect } from 'chai';
import fc from 'fast-check';
import { formatCpuCores, formatMemoryBytes, parseCpuCores, parseMemoryBytes } from '#core/units/quantity.ts';

describe('Kubernetes quantities', () => {
  const cpu: [string, number][] = [
    ['100m', 0.1],
    ['0.2', 0.2],
    ['2', 2],
    ['1641183n', 0.001641183],
    ['250u', 0.00025],
    ['1e-1', 0.1],
  ];
  for (const [text, cores] of cpu) {
    it(`reads CPU ${text} as ${cores} cores`, () => {
      expect(parseCpuCores(text)).to.equal(cores);
    });
  }

  const memory: [string, number][] = [
    ['3736Ki', 3_825_664],
    ['40Mi', 41_943_040],
    ['64M', 64_000_000],
    ['1.5Gi', 1_610_612_736],
    ['129e6', 129_000_000],
    ['128974848000m', 128_974_848],
    // As Kubernetes does, at the largest 64-bit integer.
    ['1e400', 2 ** 63],
    ['8Ei', 2 ** 63],
  ];
  for (const [text, bytes] of memory) {
    it(`reads memory ${text} as ${bytes} bytes`, () => {
      expect(parseMemoryBytes(text)).to.equal(bytes);
    });
  }

  for (const text of ['', '100 m', 'm', '1Kb', '0x10', 'ten', '1,5']) {
    it(`refuses ${JSON.stringify(text)} by name`, () => {
      expect(() => parseCpuCores(text)).to.throw(JSON.stringify(text));
    });
  }

  it('refuses a long run of digits at once', () => {
    expect(() => parseCpuCores(`${'1'.repeat(1_000_000)}x`)).to.throw('not a Kubernetes quantity');
  });

  it('prints CPU so that reading it back gives it rounded up to a millicore', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 64_000 }), (milli) => {
        expect(parseCpuCores(formatCpuCores(milli / 1000))).to.equal(milli / 1000);
      }),
    );
  });

  it('prints memory so that reading it back gives the same bytes', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 45 }), (bytes) => {
        expect(parseMemoryBytes(formatMemoryBytes(bytes))).to.equal(bytes);
      }),
    );
  });

  it('keeps the canonical form of what Kubernetes prints', () => {
    expect(formatCpuCores(0.2)).to.equal('200m');
    expect(formatMemoryBytes(41_943_040)).to.equal('40Mi');
  });
});
