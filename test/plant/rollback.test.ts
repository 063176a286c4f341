import { expect } from 'chai';
import { type ResourceName, RESOURCE_NAMES, valueOf } from '#core/policy/resources.ts';
import { rolledBack } from '#core/policy/rules/rollback.ts';
import {
  BUSY_AT,
  busyMinutesEachDay,
  longNeighbour,
  memoryNeededAgain,
  NEEDED_AT,
  slowLeak,
} from './long-scenarios.ts';
import { answered, quantileOf, type Resize, resizesOf } from './outcome.ts';
import { DAY, HOUR, latencyBudget, sizes } from './scenarios.ts';
import { type Run, simulate } from './simulate.ts';

const rollbacksOf = (run: Run): Resize[] =>
  resizesOf(run).filter(({ decision }) => rolledBack(decision).length > 0);

function lowers({ decision: { from, to } }: Resize, name: ResourceName): boolean {
  const [before, after] = [from && valueOf(from, name), to && valueOf(to, name)];
  return before !== null && after !== null && after < before;
}

const shrinks = (run: Run, name: ResourceName, from: number, to = Infinity): number[] =>
  resizesOf(run, from, to)
    .filter((resize) => lowers(resize, name))
    .map(({ at }) => at);

describe('memory that shrank and is needed again, in closed loop', () => {
  let run: Run;
  const ends = NEEDED_AT + DAY;

  before(async () => {
    run = await simulate(memoryNeededAgain());
  });

  it('is given back at once, and the function is killed only once', () => {
    expect(shrinks(run, 'memory-limit', 0, NEEDED_AT).length).to.be.above(3);
    const [rollback, ...others] = rollbacksOf(run);
    expect(others).to.deep.equal([]);
    expect(rollback?.at).to.be.within(NEEDED_AT, NEEDED_AT + 30);
    expect(rolledBack(rollback!.decision)).to.deep.equal(['memory-limit', 'memory-request']);
    expect(RESOURCE_NAMES.filter((name) => lowers(rollback!, name))).to.deep.equal([]);
    expect(run.pods[0]?.outOfMemory).to.equal(1);
  });

  it('does not shrink for a day, while CPU goes on shrinking, and then it may again', () => {
    for (const name of ['memory-limit', 'memory-request'] as const) {
      expect(shrinks(run, name, NEEDED_AT, ends - 60), name).to.deep.equal([]);
    }
    expect(shrinks(run, 'cpu-request', NEEDED_AT, ends).length).to.be.above(0);
    expect(shrinks(run, 'memory-request', ends - 60).length).to.be.above(0);
  });

  it('stays in quarantine over a new deployment with other sizes', async () => {
    const deploys = [{ at: NEEDED_AT + 10 * HOUR, resources: sizes(0.2, 0.9, 64, 96) }];
    const redeployed = await simulate(memoryNeededAgain({ deploys }));
    const after = (name: ResourceName): number => shrinks(redeployed, name, NEEDED_AT)[0] ?? NaN;
    expect(after('memory-limit')).to.be.within(ends - 60, ends + HOUR);
    expect(after('memory-request')).to.be.within(ends - 60, ends + HOUR);
    expect(shrinks(redeployed, 'cpu-request', NEEDED_AT + 10 * HOUR, ends).length).to.be.above(0);
  });
});

describe('eight days with ten busy minutes each, under a budget that one hour of evidence risks', () => {
  let run: Run;

  before(async () => {
    run = await simulate(busyMinutesEachDay());
  });

  it('are rolled back after each shrink that a busy minute refutes, for a day, two days and four', () => {
    const days = rollbacksOf(run).map(({ at }) => BUSY_AT.findIndex((busy) => at >= busy && at < busy + 60));
    expect(days).to.deep.equal([0, 2, 5]);
    expect(run.state?.quarantine[RESOURCE_NAMES.indexOf('cpu-limit')]?.[1]).to.equal(3);
  });

  it('never leave the function smaller after a rollback, nor ratchet its limit from one to the next', () => {
    const limits = rollbacksOf(run).map(({ decision: { from, to } }) => {
      for (const name of RESOURCE_NAMES) {
        expect(valueOf(to!, name)).to.be.at.least(valueOf(from!, name) ?? 0);
      }
      return to?.cpuLimitCores ?? NaN;
    });
    expect(Math.max(...limits) / Math.min(...limits)).to.be.below(1.25);
  });

  it('are served within the budget on the days that quarantine covers', () => {
    for (const day of [1, 3, 4, 6, 7]) {
      const busy = BUSY_AT[day] ?? NaN;
      expect(quantileOf(answered(run, busy, busy + 600), 0.95), `day ${day}`).to.be.at.most(0.3);
    }
  });
});

describe('nine hours beside a neighbour that takes the CPU', () => {
  it('revert nothing', async () => {
    const run = await simulate(longNeighbour());
    expect(resizesOf(run).length, 'something shrinks').to.be.above(0);
    expect(rollbacksOf(run)).to.deep.equal([]);
  });

  it('revert nothing under a latency budget while the neighbour is there, however slow the calls are', async () => {
    const run = await simulate(latencyBudget(longNeighbour(), 200));
    const isThere = (at: number): boolean => at % 2400 >= 1200;
    expect(shrinks(run, 'cpu-limit', 0).length).to.be.above(2);
    expect(rollbacksOf(run).filter(({ at }) => isThere(at))).to.deep.equal([]);
    expect(Math.max(...resizesOf(run).map(({ decision }) => decision.to?.cpuLimitCores ?? 0))).to.be.at.most(
      2,
    );
  });
});

describe('memory that leaks slowly', () => {
  it('is named within a day, before anything is killed', async () => {
    const run = await simulate(slowLeak());
    expect(run.pods[0]?.outOfMemory).to.equal(0);
    const named = run.decisions.filter(({ reason }) => reason.includes('looks like a leak'));
    expect(named.length).to.be.above(0);
  });
});
