import { expect } from 'chai';
import type { Workloads } from '#core/chain/ports.ts';
import { recentWorkloads } from '#platform/kubernetes/recent-workloads.ts';

const { signal } = new AbortController();

describe('workloads shared by the shards of a cycle', () => {
  let now: number;
  let looks: number;
  let isUp: boolean;
  let shared: Workloads;

  beforeEach(() => {
    [now, looks, isUp] = [0, 0, true];
    const nodes = () => {
      looks += 1;
      return isUp ? Promise.resolve([]) : Promise.reject(new Error('down'));
    };
    shared = recentWorkloads({ nodes, functions: () => Promise.resolve([]) }, () => now, 5000);
  });

  it('are looked at once within the time, by callers at the same moment too, and anew after it', async () => {
    await Promise.all([shared.nodes(signal), shared.nodes(signal)]);
    now = 4999;
    await shared.nodes(signal);
    expect(looks).to.equal(1);
    now = 5000;
    await shared.nodes(signal);
    expect(looks).to.equal(2);
  });

  it('are looked at again after a failure', async () => {
    isUp = false;
    const failed = await shared.nodes(signal).catch((error: unknown) => error);
    expect(failed).to.be.instanceOf(Error);
    isUp = true;
    expect(await shared.nodes(signal)).to.deep.equal([]);
    expect(looks).to.equal(2);
  });
});
