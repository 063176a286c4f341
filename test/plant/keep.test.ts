import { expect } from 'chai';
import { outcomeOf, pathOf, resizesOf } from './outcome.ts';
import {
  HOUR,
  neighbour,
  oneCallAnHour,
  step,
  STEP_AT,
  steady,
  stepOfShortCalls,
  studyBursts,
} from './scenarios.ts';
import { type Run, type Scenario, simulate, simulateUnlimited } from './simulate.ts';

/** p95 over that of the same calls without a limit. */
async function slowdown(scenario: Scenario, run: Run, from: number): Promise<number> {
  return outcomeOf(run, from).p95 / outcomeOf(await simulateUnlimited(scenario), from).p95;
}

describe('a CPU limit that is kept, in closed loop', () => {
  it("is raised once for the study's bursts, which are then as fast as without a limit", async () => {
    const scenario = studyBursts(0.1, 1);
    const run = await simulate(scenario);
    expect(pathOf(run, 'cpu-limit')).to.have.length(2);
    expect(resizesOf(run)[0]?.path).to.equal('rescue');
    expect(await slowdown(scenario, run, 120)).to.be.at.most(1.2);
  });

  for (const limit of [0.05, 0.15]) {
    it(`is raised once for steady calls under ${limit * 1000}m`, async () => {
      const scenario = { ...steady(limit), seconds: HOUR / 2 };
      const run = await simulate(scenario);
      expect(pathOf(run, 'cpu-limit')).to.have.length(2);
      expect(resizesOf(run)[0]?.at).to.be.below(60);
      expect(await slowdown(scenario, run, 60)).to.be.at.most(1.02);
    });
  }

  for (const limit of [0.02, 0.1]) {
    it(`meets a step to one core with one resize of ${limit * 1000}m within a minute`, async () => {
      const scenario = step(limit);
      const run = await simulate(scenario);
      const met = pathOf(run, 'cpu-limit');
      expect(met).to.have.length.within(2, 3);
      expect(met[1]).to.be.above(1);
      expect(resizesOf(run)[0]?.at).to.be.within(STEP_AT, STEP_AT + 60);
      expect(outcomeOf(run, STEP_AT).failedShare).to.be.below(0.02);
      expect(await slowdown(scenario, run, STEP_AT + 120)).to.be.at.most(1.2);
    });
  }

  it('meets a step that its calls did not announce, by a resize that may have come before it', async () => {
    const run = await simulate(stepOfShortCalls());
    const rescues = resizesOf(run).filter(({ decision }) => decision.path === 'rescue');
    expect(rescues).to.have.length(1);
    expect(rescues[0]?.at).to.be.below(STEP_AT + 60);
    expect(outcomeOf(run, STEP_AT).failedShare).to.be.below(0.02);
    expect(outcomeOf(run, STEP_AT + 60).p95).to.be.below(0.05);
  });

  it('is raised for one call an hour: the third is right', async () => {
    const run = await simulate(oneCallAnHour(0.1));
    const unlimited = await simulateUnlimited(oneCallAnHour(0.1));
    expect(run.durations[0]).to.be.above(1);
    expect(run.durations[2]).to.be.at.most(1.2 * (unlimited.durations[2] ?? 0));
    expect(pathOf(run, 'cpu-limit')).to.have.length(2);
  });

  it('does not grow because a neighbour takes the CPU', async () => {
    const run = await simulate(neighbour());
    expect(pathOf(run, 'cpu-limit').filter((limit) => limit !== 2)).to.deep.equal([]);
    expect(resizesOf(run).filter(({ path }) => path === 'rescue')).to.deep.equal([]);
  });
});
