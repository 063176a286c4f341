import { expect } from 'chai';
import { seededDraws } from '../../../training/generate/draws.ts';
import type { MemoryPlan } from '../../../training/generate/function-plan.ts';
import { memoryUse } from '../../../training/generate/memory-use.ts';
import { planOf } from './plans.ts';

const BASE = 40_960_000;

/** Memory over 1000 s with a call each until `untilS`. */
function lived(memory: Partial<MemoryPlan>, isWarm = false, untilS = 1000): number[] {
  const step = memoryUse(seededDraws(1), planOf(1, { memory }).memory, isWarm, 1);
  return Array.from({ length: 1000 }, (_, second) => step(second < untilS ? 1 : 0, second));
}

describe('memory of a function', () => {
  it('is its base, in whole pages, where nothing else is planned', () => {
    expect(new Set(lived({ baseBytes: BASE + 1000 }))).to.deep.equal(new Set([BASE]));
  });

  it('grows to its plateau with calls, or begins there', () => {
    const bytes = lived({ plateauBytes: 4_096_000, plateauCalls: 100 });
    expect(bytes[99]).to.be.closeTo(BASE + 4_096_000 * (1 - Math.exp(-1)), 4096);
    expect(bytes[999]).to.be.closeTo(BASE + 4_096_000, 4096);
    expect(lived({ plateauBytes: 4_096_000 }, true)[0]).to.equal(BASE + 4_096_000);
  });

  it('leaks with each call and gives nothing back by itself', () => {
    const bytes = lived({ leakBytesPerCall: 4096 }, false, 500);
    expect(bytes[499]).to.equal(BASE + 500 * 4096);
    expect(bytes[999]).to.equal(bytes[499]);
  });

  it('follows load with its half-life', () => {
    const bytes = lived({ fastBytes: 4_096_000, fastHalfLifeS: 20 }, false, 500);
    expect(bytes[499]).to.be.closeTo(BASE + 4_096_000, 4096);
    expect(bytes[519]).to.be.closeTo(BASE + 2_048_000, 4096);
  });

  it('is a saw-tooth where a collector clears garbage', () => {
    const bytes = lived({ garbageBytesPerCall: 40_960, garbageLimitBytes: 4_096_000 });
    const falls = bytes.filter((value, i) => value < (bytes[i - 1] ?? 0)).length;
    expect(falls).to.be.within(9, 13);
    expect(Math.max(...bytes)).to.be.at.most(BASE + 4_096_000);
  });

  it('gives back nine tenths of what is above the base at a release', () => {
    const bytes = lived({ leakBytesPerCall: 4096, releasesS: [500] }, false, 500);
    expect(bytes[500]).to.equal(BASE + 50 * 4096);
  });
});
