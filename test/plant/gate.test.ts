import { expect } from 'chai';
import type { Metric } from '#core/policy/resources.ts';
import { costing, independentCalls } from './load.ts';
import { type Resize, resizesOf } from './outcome.ts';
import { HOUR, sizes } from './scenarios.ts';
import { EPOCH_MS, type Run, type Scenario, simulate } from './simulate.ts';

/** The second disjoint window of a function's past ends before it, the third not. */
const WORSE_FROM = 1.45 * HOUR;
const END = 2.5 * HOUR;

/** Two calls a second that throttle at first; later the cost of a call leaps by 60 % every ten minutes. */
function goodThenBad(): Scenario {
  const seconds = END;
  const steps = (at: number): number => Math.floor(Math.max(0, at - WORSE_FROM) / 600);
  const load = costing(
    independentCalls(seconds, () => 2, 2),
    0.02,
    (at) => 1.6 ** steps(at),
  );
  const annotations = { 'foresize/evidence': '1h', 'foresize/cooldown': '15m', 'foresize/gate': 'on' };
  return { load, seconds, resources: sizes(0.02, 0.05), annotations };
}

const sizings = (run: Run, from: number, to: number): Resize[] =>
  resizesOf(run, from, to).filter(({ path }) => path === 'sizing');

function isOpenAt({ log }: Run, at: number, metric: Metric): boolean {
  const inTime = log.filter(({ input }) => input !== undefined && input.now <= EPOCH_MS + at * 1000);
  return inTime.at(-1)?.input?.state?.gate?.[metric][0] === 1;
}

describe('the gate, in closed loop', () => {
  it('opens on a good past, closes when forecasts fall behind again and again, and lets rescue pass meanwhile', async () => {
    const run = await simulate(goodThenBad());
    const [first] = resizesOf(run);
    expect(first?.path).to.equal('rescue');
    expect(first?.at).to.be.below(60);
    expect(sizings(run, 0, 0.4 * HOUR)).to.deep.equal([]);
    expect(isOpenAt(run, WORSE_FROM, 'cpu')).to.equal(true);
    expect(sizings(run, 0, WORSE_FROM)).to.not.deep.equal([]);
    expect(isOpenAt(run, END, 'cpu')).to.equal(false);
    expect(isOpenAt(run, END, 'memory')).to.equal(true);
    const held = run.decisions.find(
      ({ at, reason }) => at > EPOCH_MS + WORSE_FROM * 1000 && reason.includes('gate'),
    );
    expect(held?.action).to.equal('hold');
    expect(held?.reason).to.match(
      /CPU request: not changed to \d+m: the gate is closed: .* short in [\d.]+ % of \d+ samples, and 1 % may be/,
    );
  });
});
