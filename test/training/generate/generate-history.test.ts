import { expect } from 'chai';
import type { FunctionHistory } from '#core/replay/history.ts';
import { maximumGapMs } from '#core/usage/clean-samples.ts';
import { censoredSteps } from '#core/usage/signals/censoring.ts';
import { rollingMean } from '#core/usage/sixty-second-mean.ts';
import { generateDataSet, generateHistory } from '../../../training/generate/generate-history.ts';
import { generateTrace, type Trace } from '../../../training/generate/generate-trace.ts';
import { incrementsHistory } from '../../../training/generate/histories.ts';
import { codeOf } from '../../support/failure.ts';

const HOUR_STEPS = 240;

function seeds(count: number): readonly number[] {
  return Array.from({ length: count }, (_, seed) => seed);
}

/** One-hour traces of the first seeds that are as wanted. */
function traces(count: number, isWanted: (trace: Trace) => boolean): readonly Trace[] {
  const found: Trace[] = [];
  for (let seed = 0; found.length < count; seed += 1) {
    const trace = generateTrace(seed, 1);
    if (isWanted(trace)) found.push(trace);
  }
  return found;
}

const isWhole = ({ sampling: { gaps, missedShare } }: Trace): boolean =>
  gaps.length === 0 && missedShare === 0;

/** Where a step begins and ends, in Unix ms. */
function spanOf({ startMs, stepMs }: FunctionHistory, step: number): { fromMs: number; untilMs: number } {
  return { fromMs: startMs + (step - 1) * stepMs, untilMs: startMs + step * stepMs };
}

describe('generated histories', () => {
  it('are the same for the same seed and options, and others for another seed', () => {
    expect(generateHistory(5, { hours: 1 })).to.deep.equal(generateHistory(5, { hours: 1 }));
    expect(generateHistory(5, { hours: 1 })).not.to.deep.equal(generateHistory(6, { hours: 1 }));
  });

  it('make a data set of consecutive seeds', () => {
    const { name, histories } = generateDataSet(40, 3, { hours: 0.5 });
    expect(name).to.equal('generated-40-42');
    expect(histories).to.deep.equal(
      [40, 41, 42].map((seed) => generateHistory(seed, { hours: 0.5 }).history),
    );
  });

  it('are four hours of 15 s unless said otherwise', () => {
    const { history } = generateHistory(1);
    expect([history.stepMs, history.cpuCores.length]).to.deep.equal([15_000, 960]);
  });

  for (const kind of ['increments', 'rate'] as const) {
    describe(`of ${kind}`, () => {
      let histories: readonly FunctionHistory[];
      before(() => {
        histories = seeds(60).map((seed) => generateHistory(seed, { hours: 1, kind }).history);
      });

      it('hold no negative or infinite value, and columns of one length', () => {
        for (const history of histories) {
          const { cpuCores, memoryBytes, callsStarted, cpuLimitCores, memoryLimitBytes } = history;
          for (const column of [cpuCores, memoryBytes, callsStarted, cpuLimitCores, memoryLimitBytes]) {
            if (column === null) continue;
            expect(column.length).to.equal(HOUR_STEPS);
            expect(column.every((value) => Number.isNaN(value) || (value >= 0 && value < 1e12))).to.be.true;
          }
          expect(memoryBytes.every((value) => Number.isNaN(value) || value >= 4096)).to.be.true;
          expect([...history.oomKillsMs]).to.deep.equal([...history.oomKillsMs].sort((a, b) => a - b));
        }
      });

      it('know at least something of every function, and most of most', () => {
        const shares = histories.map(
          ({ cpuCores }) => cpuCores.filter((value) => !Number.isNaN(value)).length / HOUR_STEPS,
        );
        expect(Math.min(...shares)).to.be.above(0);
        expect(shares.filter((share) => share > 0.9).length).to.be.above(40);
      });
    });
  }

  it('say of what a CPU value is the mean', () => {
    for (const seed of seeds(20)) {
      expect(generateHistory(seed, { hours: 0.5, kind: 'increments' }).history.cpuMeanMs).to.equal(15_000);
      const { history, facts } = generateHistory(seed, { hours: 0.5, kind: 'rate' });
      expect(history.cpuMeanMs).to.equal(facts.rateWindowMs);
      expect(history.cpuMeanMs).to.be.within(60_000, 300_000);
      expect(history.cpuMeanMs).to.be.at.least(2.2 * facts.samplePeriodMs);
    }
  });

  it('are increments in three of five, and tell the calls in three of four', () => {
    const drawn = seeds(300).map((seed) => generateHistory(seed, { hours: 0.1 }));
    const increments = drawn.filter(({ facts }) => facts.rateWindowMs === null).length / 300;
    const told = drawn.filter(({ history }) => history.callsStarted !== null).length / 300;
    expect(increments).to.be.within(0.5, 0.7);
    expect(told).to.be.within(0.66, 0.84);
  });

  it('add up to the CPU that was used where nothing was lost', () => {
    const isSimple = ({ runs, plan, sampling }: Trace): boolean =>
      runs.length === 1 && plan.beginsAtS === 0 && sampling.restS === 0;
    for (const trace of traces(8, (found) => isWhole(found) && isSimple(found))) {
      const { cpuCores } = incrementsHistory(trace);
      const { cpuSeconds } = trace.containers[0]!;
      const known = cpuCores.filter((value) => !Number.isNaN(value));
      const used = cpuSeconds.at(-1)! - cpuSeconds[0]!;
      // A first and last step known in part are brought to whole ones, or left out below a tenth.
      const [most, least] = [15 * (known[0]! + known.at(-1)!), 2 * 1.5 * Math.max(...known)];
      const sum = 15 * known.reduce((total, value) => total + value, 0);
      expect(sum).to.be.within(used - least - 0.01, used + most + 0.01);
      expect(used).to.be.at.most(trace.runs[0]!.cpuSeconds.at(-1)!);
    }
  });

  it('have a mean of increments that rates share', () => {
    for (const { identity } of traces(8, (found) => isWhole(found) && found.runs.length === 1)) {
      const seed = Number(identity.name.replace('generated-', ''));
      const mean = (kind: 'increments' | 'rate'): number => {
        const known = generateHistory(seed, { hours: 1, kind }).history.cpuCores.filter(
          (value) => !Number.isNaN(value),
        );
        return known.reduce((sum, value) => sum + value, 0) / known.length;
      };
      expect(mean('rate') / mean('increments')).to.be.within(0.8, 1.25);
    }
  });

  it('count every call that began, up to those that come late', () => {
    for (const trace of traces(
      8,
      ({ sampling }) => sampling.calls.isCounted && sampling.calls.restartsAtS === Infinity,
    )) {
      const { callsStarted } = incrementsHistory(trace);
      const counted = callsStarted!.reduce((sum, value) => sum + (Number.isNaN(value) ? 0 : value), 0);
      const ends = trace.callTimesS.filter((at) => at < 60 || at > 3540).length;
      expect(counted).to.be.closeTo(trace.callTimesS.length, 1 + ends);
    }
  });

  it('have a gap where samples are too far apart, and nowhere between samples else', () => {
    for (const trace of traces(6, ({ sampling, runs }) => sampling.gaps.length > 0 && runs.length === 1)) {
      const history = incrementsHistory(trace);
      const timesMs = trace.containers[0]!.timesMs;
      const gapMs = maximumGapMs(timesMs);
      history.cpuCores.forEach((value, step) => {
        const { fromMs, untilMs } = spanOf(history, step);
        const after = timesMs.findIndex((time) => time >= untilMs);
        if (after < 1 || timesMs[after - 1]! > fromMs) return;
        expect(Number.isNaN(value)).to.equal(timesMs[after]! - timesMs[after - 1]! > gapMs);
      });
    }
  });

  it('are censored only where a limit holds the function back', () => {
    let censored = 0;
    for (const seed of seeds(80)) {
      const { history, facts } = generateHistory(seed, { hours: 1, kind: 'increments' });
      expect(history.cpuLimitCores === null).to.equal(facts.cpuLimitCores === null);
      const { cpuLimitCores, cpuCores } = history;
      if (cpuLimitCores === null) continue;
      if (facts.cpuLimitChanges === 0 && facts.sampleRestMs === 0 && facts.restarts === 0) {
        // Stamps are whole milliseconds of some seconds, values whole microcores.
        cpuCores.forEach((use) => {
          if (!Number.isNaN(use)) expect(use).to.be.at.most(facts.cpuLimitCores! * 1.0005 + 2e-6);
        });
      }
      censored += censoredSteps(rollingMean(cpuCores, 4), cpuLimitCores).reduce(
        (sum, value) => sum + value,
        0,
      );
    }
    expect(censored / (80 * HOUR_STEPS)).to.be.within(0.005, 0.15);
  });

  it('have restarts, leaks, OOM kills, limits and none in their share', () => {
    const drawn = seeds(120).map((seed) => generateHistory(seed, { hours: 1 }));
    const share = (is: (generated: (typeof drawn)[number]) => boolean): number =>
      drawn.filter(is).length / 120;
    expect(share(({ facts }) => facts.restarts > 0)).to.be.within(0.2, 0.6);
    expect(share(({ facts }) => facts.leakBytesPerCall > 0)).to.be.within(0.15, 0.45);
    expect(share(({ facts }) => facts.cpuLimitCores === null)).to.be.within(0.25, 0.55);
    expect(share(({ facts }) => facts.cpuLimitChanges > 0)).to.be.within(0.1, 0.35);
    expect(share(({ history }) => history.oomKillsMs.length > 0)).to.be.within(0.01, 0.25);
  });

  it('refuse hours and seeds that are none', () => {
    for (const hours of [0, -1, NaN, Infinity, 169]) {
      expect(codeOf(() => generateHistory(1, { hours }))).to.equal('data-invalid');
    }
    expect(codeOf(() => generateHistory(1.5))).to.equal('data-invalid');
  });

  it('can be as short as one step', () => {
    for (const seed of seeds(50)) {
      expect(generateHistory(seed, { hours: 0.001 }).history.cpuCores.length).to.equal(1);
    }
  });
});
