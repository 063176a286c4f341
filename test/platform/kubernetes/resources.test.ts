import { expect } from 'chai';
import fc from 'fast-check';
import {
  cpuChange,
  differs,
  memoryChange,
  merged,
  parseRequirements,
  qosClassOf,
} from '#platform/kubernetes/resources.ts';
import { NO_RESOURCES } from '../../support/no-resources.ts';

const MIB = 2 ** 20;

describe('changes of resources', () => {
  it('are compared as parsed values', () => {
    const from = parseRequirements({ limits: { cpu: '0.2', memory: '64Mi' }, requests: { cpu: '100m' } });
    expect(
      differs(from, {
        ...NO_RESOURCES,
        cpuLimitCores: 0.2,
        memoryLimitBytes: 64 * MIB,
        cpuRequestCores: 0.1,
      }),
    ).to.be.false;
  });

  it('hold only what differs, CPU and memory apart', () => {
    const from = parseRequirements({ limits: { cpu: '200m', memory: '64Mi' }, requests: { cpu: '100m' } });
    const to = { ...NO_RESOURCES, cpuLimitCores: 0.4, cpuRequestCores: 0.1, memoryRequestBytes: 32 * MIB };
    expect(cpuChange(from, to)).to.deep.equal({ limits: { cpu: '400m' } });
    expect(memoryChange(from, to)).to.deep.equal({ requests: { memory: '32Mi' } });
  });

  it('are none once they were made', () => {
    const amount = fc.option(fc.double({ min: 0, max: 64, noNaN: true }));
    const bytes = fc.option(fc.integer({ min: 1, max: 2 ** 40 }));
    const resources = fc.record({
      cpuRequestCores: amount,
      cpuLimitCores: amount,
      memoryRequestBytes: bytes,
      memoryLimitBytes: bytes,
    });
    fc.assert(
      fc.property(resources, resources, (from, to) => {
        const change = { ...cpuChange(from, to)?.limits, ...memoryChange(from, to)?.limits };
        const requests = { ...cpuChange(from, to)?.requests, ...memoryChange(from, to)?.requests };
        expect(differs(merged(from, parseRequirements({ limits: change, requests })), to)).to.be.false;
      }),
    );
  });
});

describe('qosClassOf', () => {
  it('follows Kubernetes', () => {
    expect(qosClassOf(NO_RESOURCES)).to.equal('BestEffort');
    expect(qosClassOf({ ...NO_RESOURCES, cpuLimitCores: 1, memoryLimitBytes: MIB })).to.equal('Guaranteed');
    expect(
      qosClassOf({ ...NO_RESOURCES, cpuLimitCores: 1, memoryLimitBytes: MIB, cpuRequestCores: 0.5 }),
    ).to.equal('Burstable');
    expect(qosClassOf({ ...NO_RESOURCES, memoryRequestBytes: MIB })).to.equal('Burstable');
  });
});
