import { expect } from 'chai';
import { seededDraws } from '../../../training/generate/draws.ts';
import type { FunctionPlan } from '../../../training/generate/function-plan.ts';
import { simulateFunction } from '../../../training/generate/simulate-function.ts';
import type { Run } from '../../../training/generate/simulate-run.ts';
import { planOf, steadyDemand } from './plans.ts';

function simulated(plan: FunctionPlan, callsPerSecond: number, untilS = plan.seconds): readonly Run[] {
  return simulateFunction(seededDraws(1), plan, steadyDemand(plan, callsPerSecond, untilS));
}

/** CPU-seconds of each second. */
function useOf({ cpuSeconds }: Run): Float64Array {
  return cpuSeconds.subarray(1).map((value, i) => value - (cpuSeconds[i] ?? NaN));
}

describe('a function living through a trace', () => {
  it('uses what its calls cost beside what it uses idle', () => {
    const [run] = simulated(planOf(600), 2);
    expect(run!.cpuSeconds.at(-1)).to.be.closeTo(600 * (0.001 + 2 * 0.2), 1e-6);
  });

  it('is served at its limit, and what waits afterwards', () => {
    const plan = planOf(600, { cpuLimitCores: new Float64Array(600).fill(0.1) });
    const use = useOf(simulated(plan, 1, 30)[0]!);
    // 6 CPU-seconds wait for 0.099 cores: 60.6 s of work.
    for (const second of use.subarray(0, 60)) expect(second).to.be.closeTo(0.1, 1e-9);
    for (const second of use.subarray(62)) expect(second).to.be.closeTo(0.001, 1e-9);
  });

  it('is held back by the node where it has no limit', () => {
    const plan = planOf(60, { capacityCores: new Float64Array(60).fill(0.3) });
    for (const second of useOf(simulated(plan, 4)[0]!)) expect(second).to.be.closeTo(0.3, 1e-9);
  });

  it('loses the work of calls that time out', () => {
    const plan = planOf(600, { cpuLimitCores: new Float64Array(600).fill(0.1), cpu: { timeoutS: 20 } });
    const use = useOf(simulated(plan, 1, 300)[0]!);
    expect(use[315]).to.be.closeTo(0.1, 1e-9);
    expect(use[325]).to.be.closeTo(0.001, 1e-9);
  });

  it('follows a limit that is changed', () => {
    const plan = planOf(100, { cpuLimitCores: new Float64Array(100).fill(0.1).fill(0.5, 50) });
    const use = useOf(simulated(plan, 4)[0]!);
    expect(use[49]).to.be.closeTo(0.1, 1e-9);
    expect(use[50]).to.be.closeTo(0.5, 1e-9);
  });

  it('a deploy starts a new pod beside the old one, which pays for its start and then takes the calls', () => {
    const [before, after, ...more] = simulated(planOf(600, { restarts: [{ atS: 300, kind: 'deploy' }] }), 1);
    expect(more).to.have.length(0);
    expect(after).to.include({ pod: before!.pod + 1, startS: 300 });
    expect(before!.endS).to.be.within(307, 335);
    expect(useOf(before!)[306]).to.be.closeTo(0.001, 1e-9);
    expect(after!.cpuSeconds[5]).to.be.closeTo(1 + 4 * 0.001, 0.001);
    expect(after!.cpuSeconds.at(-1)).to.be.closeTo(1 + 300 * 0.001 + 295 * 0.2, 1e-6);
  });

  it('a crash starts the container of the same pod again, its counter at 0', () => {
    const restarts = [{ atS: 300, kind: 'crash' }] as const;
    const [before, after, ...more] = simulated(planOf(900, { restarts }), 1);
    expect(more).to.have.length(0);
    expect([before!.endS, after!.startS, after!.pod]).to.deep.equal([300, 310, before!.pod]);
    expect(after!.cpuSeconds[0]).to.equal(0);
  });

  it('is killed when its memory passes the limit, later each time, until the limit is raised', () => {
    const memory = { leakBytesPerCall: 409_600, limitBytes: 61_440_000, killsUntilRaised: 3 };
    const runs = simulated(planOf(2000, { memory }), 1);
    const kills = runs.filter(({ isOomKilled }) => isOomKilled);
    const waits = runs.slice(1).map(({ startS }, i) => startS - runs[i]!.endS);
    expect(waits.slice(0, 3)).to.deep.equal([10, 20, 40]);
    expect(runs.map(({ memoryLimitBytes }) => memoryLimitBytes / 61_440_000).slice(0, 4)).to.deep.equal([
      1, 1, 1, 1.5,
    ]);
    for (const { memoryBytes, memoryLimitBytes } of kills) {
      expect(memoryBytes.at(-1)).to.equal(memoryLimitBytes);
      expect(memoryBytes[0]).to.equal(40_960_000);
    }
    expect(kills.length).to.be.at.least(3);
  });
});
