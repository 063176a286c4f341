import { expect } from 'chai';
import { initialWeights } from '../../../training/seed-study/initial-weights.ts';

const UNITS = 64;
const GATES = 4 * UNITS;

describe("the study's initial weights", () => {
  const [kernel, recurrent, bias, denseKernel, denseBias] = initialWeights(1).map(({ values }) => values);

  it('are 17 282', () => {
    expect(initialWeights(1).reduce((sum, { values }) => sum + values.length, 0)).to.equal(17_282);
  });

  it('open the forget gate with a bias of 1, all others being 0', () => {
    for (const [i, value] of bias!.entries()) expect(value).to.equal(i >= UNITS && i < 2 * UNITS ? 1 : 0);
    expect([...denseBias!]).to.deep.equal([0, 0]);
  });

  it("are spread evenly within Glorot's limit", () => {
    for (const [values, limit] of [
      [kernel!, Math.sqrt(6 / (2 + GATES))],
      [denseKernel!, Math.sqrt(6 / (UNITS + 2))],
    ] as const) {
      expect(Math.max(...values.map(Math.abs))).to.be.within(0.9 * limit, limit);
      const variance = values.reduce((sum, value) => sum + value ** 2, 0) / values.length;
      expect(variance / (limit ** 2 / 3)).to.be.within(0.7, 1.3);
    }
  });

  it('have an orthogonal recurrent kernel', () => {
    const row = (i: number): Float32Array => recurrent!.subarray(i * GATES, (i + 1) * GATES);
    for (let i = 0; i < UNITS; i++) {
      for (let j = 0; j <= i; j++) {
        const product = row(i).reduce((sum, value, k) => sum + value * row(j)[k]!, 0);
        expect(product, `${i} · ${j}`).to.be.closeTo(i === j ? 1 : 0, 1e-6);
      }
    }
  });

  it('are the same for the same seed only', () => {
    expect(initialWeights(1)).to.deep.equal(initialWeights(1));
    expect(initialWeights(2)[1]!.values).not.to.deep.equal(recurrent);
  });
});
