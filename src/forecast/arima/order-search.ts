import { fitModel, type LinearModel, type Order, randomWalk } from './linear-model.ts';

/**
 * The orders tried, beside the random walk. Few on purpose: with at most 240 samples larger ones win by chance, take
 * up to 100 ms to fit, and some leave the stationary region. The package's own search (`auto`) takes 94 ms, does not
 * say what it chose, and is known to go wrong (zemlyansky/arima, issues 7 and 12).
 */
const ORDERS: readonly Order[] = [
  { p: 1, d: 0, q: 0 },
  { p: 2, d: 0, q: 0 },
  { p: 1, d: 0, q: 1 },
  { p: 0, d: 1, q: 1 },
  { p: 1, d: 1, q: 1 },
];

/** The model with the smallest AICc, the others' memory given back. Never null: the random walk is always there. */
export function searchOrder(samples: Float64Array, steps: number): LinearModel {
  let best = randomWalk(samples, steps);
  if (best.deviation === 0) return best;
  for (const order of ORDERS) {
    const model = fitModel(samples, order, steps);
    if (model === null) continue;
    const better = criterion(model, samples.length) < criterion(best, samples.length);
    (better ? best : model).destroy();
    if (better) best = model;
  }
  return best;
}

/**
 * AICc up to a constant: n ln σ² + 2k + 2k (k + 1) ÷ (n − k − 1) (Hurvich and Tsai, 1989). The variance of the next
 * value's error stands for σ² in all orders, differenced or not, since it is what they are asked for.
 */
function criterion({ deviation, parameters: k }: LinearModel, n: number): number {
  return 2 * n * Math.log(deviation) + 2 * k + (2 * k * (k + 1)) / (n - k - 1);
}
