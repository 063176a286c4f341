import { expect } from 'chai';
import { resourcesOf } from '../../../local/workloads/resources.ts';
import { specOf } from './platform.ts';

describe('the resources of a specification', () => {
  it('take a limit for the request that is not given', () => {
    const spec = {
      ...specOf('probe'),
      limits: { cpu: '200m', memory: '64Mi' },
      requests: { cpu: '100m' },
    };
    expect(resourcesOf(spec)).to.deep.equal({
      cpuRequestCores: 0.1,
      cpuLimitCores: 0.2,
      memoryRequestBytes: 64 * 2 ** 20,
      memoryLimitBytes: 64 * 2 ** 20,
    });
  });

  it('have no limit where it is 0, as with a kubelet', () => {
    const spec = { ...specOf('probe'), limits: { cpu: '0', memory: '0' }, requests: {} };
    expect(resourcesOf(spec)).to.deep.equal({
      cpuRequestCores: null,
      cpuLimitCores: null,
      memoryRequestBytes: null,
      memoryLimitBytes: null,
    });
  });
});
