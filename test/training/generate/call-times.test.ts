import { expect } from 'chai';
import {
  callTimes,
  drawProcess,
  PROCESS_SHARES,
  type CallProcess,
} from '../../../training/generate/call-times.ts';
import { cronCalls } from '../../../training/generate/cron-calls.ts';
import { seededDraws } from '../../../training/generate/draws.ts';

const HOUR_S = 3600;
const PROCESSES = Object.keys(PROCESS_SHARES) as CallProcess[]; // The record's own keys.

/** Calls in each minute. */
function perMinute(times: Float64Array): number[] {
  const counts = new Array<number>(60).fill(0);
  for (const time of times) counts[Math.floor(time / 60)]! += 1;
  return counts;
}

/** The seed's calls where load begins with the trace. */
function fromTheStart(process: CallProcess, seed: number): Float64Array {
  let times: Float64Array = new Float64Array();
  for (let next = seed; (times[0] ?? Infinity) > 60; next += 1000) {
    times = callTimes(seededDraws(next), process, HOUR_S);
  }
  return times;
}

describe('call processes', () => {
  it('are drawn as often as their shares say, which are of a hundred', () => {
    expect(Object.values(PROCESS_SHARES).reduce((sum, share) => sum + share)).to.equal(100);
    const draws = seededDraws(1);
    const counts = new Map<string, number>();
    for (let i = 0; i < 20_000; i += 1) {
      const process = drawProcess(draws);
      counts.set(process, (counts.get(process) ?? 0) + 1);
    }
    for (const process of PROCESSES) {
      const share = PROCESS_SHARES[process] / 100;
      const deviation = Math.sqrt((share * (1 - share)) / 20_000);
      expect((counts.get(process) ?? 0) / 20_000, process).to.be.closeTo(share, 4 * deviation);
    }
  });

  for (const process of PROCESSES) {
    it(`${process}: calls ascend, lie in the trace, and are at most 4 a second on average`, () => {
      for (let seed = 0; seed < 12; seed += 1) {
        const times = callTimes(seededDraws(seed), process, HOUR_S);
        expect(times.every((time, i) => time >= (times[i - 1] ?? 0) && time < HOUR_S)).to.be.true;
        expect(times.length).to.be.at.most(4 * HOUR_S + 5 * Math.sqrt(4 * HOUR_S));
      }
    });
  }

  it('the study calls 1 to 9 times each minute, one call right after another', () => {
    const times = cronCalls(seededDraws(3), 'study', HOUR_S);
    const spacings = times.map((time, i) => time - (times[i - 1] ?? -60));
    const within = spacings.filter((spacing) => spacing < 30);
    expect(spacings.length - within.length).to.equal(60);
    for (const spacing of within) expect(spacing).to.be.closeTo(0.125, 1e-9);
    expect(times.length / 60).to.be.within(4, 6);
  });

  it('nobody calls in none, and next to nobody in rare', () => {
    for (let seed = 0; seed < 10; seed += 1) {
      expect(callTimes(seededDraws(seed), 'none', HOUR_S).length).to.equal(0);
      expect(callTimes(seededDraws(seed), 'rare', HOUR_S).length).to.be.at.most(20);
    }
  });

  it('a Poisson process has as much variance as mean, bursts have more', () => {
    const dispersion = (process: CallProcess): number => {
      const ratios = [1, 2, 3, 4, 5, 6, 7].map((seed) => {
        const counts = perMinute(fromTheStart(process, seed));
        const mean = counts.reduce((sum, count) => sum + count) / 60;
        return counts.reduce((sum, count) => sum + (count - mean) ** 2, 0) / 60 / mean;
      });
      return ratios.sort((a, b) => a - b)[3] ?? NaN;
    };
    expect(dispersion('poisson')).to.be.within(0.7, 1.4);
    expect(dispersion('bursts')).to.be.above(2);
  });

  it('load begins late in about a third of the traces', () => {
    let late = 0;
    for (let seed = 0; seed < 300; seed += 1) {
      const times = callTimes(seededDraws(seed), 'cron', 3600);
      if ((times[0] ?? 0) > 305) late += 1;
    }
    expect(late / 300).to.be.within(0.15, 0.45);
  });
});
