import { expect } from 'chai';
import { planDisturbances, planFunctions } from '../../../scripts/record/plan.ts';
import { recordedFunctionSchema } from '../../../training/recordings/format.ts';

const DURATION_MS = 90 * 60_000;
const functions = planFunctions(1);

describe('the plan of a recording', () => {
  it('has every workload under every pattern, once to choose by and once held out', () => {
    expect(functions).to.have.length(3 * 7 * 2);
    expect(new Set(functions.map(({ name }) => name)).size).to.equal(functions.length);
    for (const entry of functions) expect(() => recordedFunctionSchema.parse(entry)).not.to.throw();
    const count = (split: string): number => functions.filter((entry) => entry.split === split).length;
    expect([count('choice'), count('held-out')]).to.deep.equal([21, 21]);
    expect(new Set(functions.map(({ pattern }) => pattern)).size).to.equal(6);
  });

  it('makes each function a random process of its own', () => {
    expect(new Set(functions.map(({ seed }) => seed)).size).to.equal(functions.length);
    expect(new Set(functions.map(({ periodMs }) => periodMs)).size).to.equal(functions.length);
  });

  it('is the same for the same seed', () => {
    expect(planFunctions(1)).to.deep.equal(functions);
    expect(planFunctions(2)).not.to.deep.equal(functions);
  });

  it('restarts every search at least twice, and kills nothing that could not start again in time', () => {
    const planned = planDisturbances(functions, DURATION_MS, 1);
    for (const { name } of functions.filter(({ workload }) => workload === 'search')) {
      const redeploys = planned.filter(
        ({ functionName, kind }) => functionName === name && kind === 'redeploy',
      );
      expect(redeploys, name).to.have.length(2);
    }
    const limits = new Map(functions.map(({ name, cpuLimitCores }) => [name, cpuLimitCores]));
    const killed = planned.filter(({ kind }) => kind === 'kill');
    expect(killed).not.to.be.empty;
    for (const { functionName } of killed) expect(limits.get(functionName)).to.equal(1);
    const times = planned.map(({ afterMs }) => afterMs);
    expect(times).to.deep.equal(times.toSorted((a, b) => a - b));
    expect(times.every((ms) => ms > 0 && ms < DURATION_MS)).to.equal(true);
  });
});
