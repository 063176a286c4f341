import { expect } from 'chai';
import * as fc from 'fast-check';
import { toQuantiles } from '#forecast/lstm/quantile-heads.ts';
import { shapeOf } from './networks.ts';

const shape = shapeOf(2, 1);

describe('the quantiles of the network', () => {
  it('never cross and stay finite, whatever the raw outputs', () => {
    const raw = fc.float({ min: -1000, max: 1000, noNaN: true });
    fc.assert(
      fc.property(fc.array(raw, { minLength: 24, maxLength: 24 }), (values) => {
        const outputs = Float32Array.from(values);
        toQuantiles(shape, new Float32Array(4), 2, outputs);
        for (const [i, value] of outputs.entries()) {
          expect(Number.isFinite(value)).to.equal(true);
          if (i % 4 > 0) expect(value).to.be.at.least(outputs[i - 1] ?? NaN);
        }
      }),
    );
  });

  it('have the raw median plus the input it rests on, and increments of 0.3 softplus(raw − 1.5)', () => {
    const outputs = Float32Array.from({ length: 24 }, (_, i) => (i % 4 === 0 ? 1 : 1.5));
    toQuantiles(shape, Float32Array.of(10, 20, 30, 40), 2, outputs);
    const medians = [11, 1, 21, 31, 1, 41];
    const expected = medians.flatMap((median) => [0, 1, 2, 3].map((k) => median + k * 0.3 * Math.LN2));
    for (const [i, value] of expected.entries()) expect(outputs[i]).to.be.closeTo(value, 1e-5);
  });
});
