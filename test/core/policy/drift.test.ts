import { expect } from 'chai';
import { type DriftFacts, driftOf } from '#core/policy/drift.ts';
import type { ResourceName } from '#core/policy/resources.ts';

const MIB = 2 ** 20;
const SIZES = {
  cpuRequestCores: 0.05,
  cpuLimitCores: 0.1,
  memoryRequestBytes: 64 * MIB,
  memoryLimitBytes: 256 * MIB,
};
const AGREED: DriftFacts = {
  namespace: 'openfaas-fn',
  name: 'f',
  stack: SIZES,
  template: SIZES,
  pods: [SIZES, SIZES],
  decided: SIZES,
};

const kindsOf = (facts: DriftFacts, resource: ResourceName) =>
  driftOf(facts).find((row) => row.resource === resource)?.kinds;

describe('drift', () => {
  it('is none where pods, template, stack.yml and decision agree, and one row a resource all the same', () => {
    const rows = driftOf(AGREED);
    expect(rows.map(({ resource }) => resource)).to.deep.equal([
      'cpu-limit',
      'cpu-request',
      'memory-limit',
      'memory-request',
    ]);
    expect(rows.flatMap(({ kinds }) => kinds)).to.be.empty;
  });

  it('is what the next rollout and the next deploy take from resized pods', () => {
    const grown = { ...SIZES, cpuLimitCores: 0.5 };
    const facts = { ...AGREED, pods: [grown, grown], decided: grown };
    expect(kindsOf(facts, 'cpu-limit')).to.deep.equal(['template', 'file']);
    expect(kindsOf(facts, 'cpu-request')).to.be.empty;
    expect(driftOf(facts)[0]).to.include({ stack: 0.1, template: 0.1, decided: 0.5 });
  });

  it('is a pod that has not what was decided, or not what the others have', () => {
    const grown = { ...SIZES, cpuLimitCores: 0.5 };
    expect(kindsOf({ ...AGREED, pods: [SIZES, grown] }, 'cpu-limit')).to.deep.equal(['pods', 'template']);
    expect(kindsOf({ ...AGREED, pods: [SIZES, grown], decided: null }, 'cpu-limit')).to.include('pods');
    const unlimited = { ...SIZES, cpuLimitCores: null };
    expect(driftOf({ ...AGREED, pods: [SIZES, unlimited] })[0]?.pods).to.deep.equal({
      least: 0.1,
      most: null,
    });
  });

  it('is a Deployment that is not what stack.yml says', () => {
    const template = { ...SIZES, memoryLimitBytes: 128 * MIB };
    const facts = { ...AGREED, template, pods: [template], decided: null };
    expect(kindsOf(facts, 'memory-limit')).to.deep.equal(['stack']);
  });

  it('says nothing of a stack.yml without the function, of no pods, and of values that are written alike', () => {
    expect(driftOf({ ...AGREED, stack: null, pods: [] }).flatMap(({ kinds }) => kinds)).to.be.empty;
    const alike = { ...SIZES, cpuLimitCores: 0.1 - 1e-12 };
    expect(kindsOf({ ...AGREED, pods: [alike] }, 'cpu-limit')).to.be.empty;
  });
});
