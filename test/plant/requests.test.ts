import { expect } from 'chai';
import { outcomeOf, resizesOf, turnsOf } from './outcome.ts';
import { costTriples, deadMorning, firstLoad, HOUR, steady, studyBursts, twoBecomeOne } from './scenarios.ts';
import { simulate, simulateUnlimited } from './simulate.ts';

describe('requests, in closed loop', () => {
  it('follow steady use closely and fall short in at most one minute in a hundred', async () => {
    const run = await simulate(steady(0.15, 2, 0.02, 1.5));
    const { requestOverUse, shortShare } = outcomeOf(run, 1.1 * HOUR);
    expect(requestOverUse).to.be.at.most(1.7);
    expect(shortShare).to.be.at.most(0.01);
    expect(turnsOf(run, 'cpu-request')).to.be.at.most(2);
  });

  it('reserve at most 1.3 times the busiest minute when load first comes, since that cannot be taken back for days', async () => {
    const run = await simulate(firstLoad());
    const request = run.minutes.at(-1)?.desired.cpuRequestCores ?? NaN;
    const busiest = Math.max(...run.minutes.map(({ cpuCores }) => cpuCores));
    expect(request / busiest).to.be.within(1.1, 1.3);
  });

  it("reserve about four times the mean for the study's bursts, and fall short in no more than 1 % of minutes", async () => {
    const run = await simulate(studyBursts(0.1, 1.5));
    const { requestOverUse, shortShare } = outcomeOf(run, 600);
    expect(requestOverUse).to.be.at.most(5);
    expect(shortShare).to.be.at.most(0.01);
    expect(turnsOf(run, 'cpu-request')).to.be.at.most(4);
  });

  it('follow a call whose cost triples, within the limit that was there', async () => {
    const scenario = costTriples();
    const run = await simulate(scenario);
    const after = outcomeOf(run, HOUR / 2);
    expect(after.p95 / outcomeOf(await simulateUnlimited(scenario), HOUR / 2).p95).to.be.at.most(1.05);
    expect(after.requestOverUse).to.be.at.most(1.5);
    expect(outcomeOf(run, HOUR / 2 + 180).shortShare).to.be.at.most(0.01);
  });

  it('that eight days allow survive a morning without the controller', async () => {
    const scenario = deadMorning();
    const run = await simulate(scenario);
    expect(resizesOf(run).length, 'something shrinks in the night').to.be.above(0);
    const morning = outcomeOf(run, 8.5 * HOUR);
    expect(morning.throttledShare).to.equal(0);
    expect(morning.shortShare).to.equal(0);
    expect(run.pods[0]?.outOfMemory).to.equal(0);
    expect(morning.p95 / outcomeOf(await simulateUnlimited(scenario), 8.5 * HOUR).p95).to.be.at.most(1.02);
  });

  it('of two pods hold what one of them would have to serve alone', async () => {
    const oneFrom = 1.3 * HOUR;
    const run = await simulate(twoBecomeOne(oneFrom, oneFrom + HOUR / 4));
    const shrinks = resizesOf(run, 0, oneFrom).filter(
      ({ decision: { from, to } }) => (to?.cpuRequestCores ?? 0) < (from?.cpuRequestCores ?? 0),
    );
    expect(shrinks).to.not.deep.equal([]);
    expect(outcomeOf(run, oneFrom).shortShare).to.equal(0);
  });
});
