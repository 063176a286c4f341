import { expect } from 'chai';
import fc from 'fast-check';
import { POLICY } from '#core/policy/constants.ts';
import { RESOURCE_NAMES, UNIT, valueOf } from '#core/policy/resources.ts';
import { MI } from '../policy/situation.ts';
import { recommended, type Watched } from './recommended.ts';

const situation = fc
  .record({
    cpu: fc.double({ min: 0, max: 4, noNaN: true }),
    cpuPeak: fc.double({ min: 1, max: 5, noNaN: true }),
    memory: fc.integer({ min: 0, max: 2048 * MI }),
    memoryPeak: fc.double({ min: 1, max: 3, noNaN: true }),
    forecast: fc.double({ min: 0.1, max: 3, noNaN: true }),
    request: fc.option(fc.integer({ min: 1, max: 2000 }), { freq: 4 }),
    memoryRequest: fc.option(fc.integer({ min: 4, max: 1024 }), { freq: 4 }),
    stretch: fc.option(fc.double({ min: 0, max: 8, noNaN: true })),
  })
  .map(({ cpu, cpuPeak, memory, memoryPeak, forecast, request, memoryRequest, stretch }): Watched => ({
    cpu: cpu * forecast,
    memory: memory * forecast,
    nodeCores: 1000,
    signals: {
      lastCpuCores: cpu,
      maximumCpuCores: cpu * cpuPeak,
      lastMemoryBytes: memory,
      maximumMemoryBytes: memory * memoryPeak,
      stretch,
      throttledPeriods: 10,
    },
    sizes: {
      cpuRequestCores: request === null ? null : request / 1000,
      cpuLimitCores: null,
      memoryRequestBytes: memoryRequest === null ? null : memoryRequest * MI,
      memoryLimitBytes: memoryRequest === null ? null : 2 * memoryRequest * MI,
    },
  }));

/** The same function using `factor` times as much of everything. */
function scaled(watched: Watched, factor: number): Watched {
  const { signals = {} } = watched;
  const times = (value: number | null | undefined): number | null => (value == null ? null : value * factor);
  return {
    ...watched,
    cpu: times(watched.cpu),
    memory: times(watched.memory),
    signals: {
      ...signals,
      lastCpuCores: times(signals.lastCpuCores),
      maximumCpuCores: times(signals.maximumCpuCores),
      lastMemoryBytes: times(signals.lastMemoryBytes),
      maximumMemoryBytes: times(signals.maximumMemoryBytes),
    },
  };
}

const RUNS = { numRuns: 60 };

describe('Any recommendation', () => {
  it('holds the highest use with the margins of the policy, and every size is a whole unit', () => {
    fc.assert(
      fc.property(situation, (watched) => {
        const { to, use } = recommended(watched);
        const [cpu, memory] = [use.cpu.peak ?? 0, use.memory.peak ?? 0];
        expect(to.cpuRequestCores ?? 0).to.be.at.least(cpu * POLICY.requestMargin - 1e-8);
        expect(to.memoryRequestBytes ?? 0).to.be.at.least(memory * POLICY.requestMargin - 2);
        expect(to.memoryLimitBytes ?? 0).to.be.at.least(memory * POLICY.memoryLimitMargin - 2);
        expect(to.memoryLimitBytes ?? 0).to.be.at.least(to.memoryRequestBytes ?? 0);
        for (const name of RESOURCE_NAMES) {
          const units = (valueOf(to, name) ?? 0) / UNIT[name.startsWith('cpu') ? 'cpu' : 'memory'];
          expect(units).to.be.closeTo(Math.round(units), 1e-6);
        }
      }),
      RUNS,
    );
  });

  it('never grows smaller as use grows', () => {
    fc.assert(
      fc.property(situation, fc.double({ min: 1, max: 4, noNaN: true }), (watched, factor) => {
        const [before, after] = [recommended(watched).to, recommended(scaled(watched, factor)).to];
        for (const name of RESOURCE_NAMES)
          expect(valueOf(after, name) ?? 0, name).to.be.at.least((valueOf(before, name) ?? 0) - 1e-9);
      }),
      RUNS,
    );
  });

  it('stays within minimum and maximum', () => {
    const bounds = fc.tuple(fc.integer({ min: 5, max: 50 }), fc.integer({ min: 51, max: 400 }));
    fc.assert(
      fc.property(situation, bounds, bounds, (watched, [cpuMin, cpuMax], [memoryMin, memoryMax]) => {
        const { to, from } = recommended({
          ...watched,
          annotations: {
            'foresize/cpu-min': `${cpuMin}m`,
            'foresize/cpu-max': `${cpuMax}m`,
            'foresize/memory-min': `${memoryMin}Mi`,
            'foresize/memory-max': `${memoryMax}Mi`,
          },
        });
        for (const name of RESOURCE_NAMES) {
          const value = valueOf(to, name);
          if (value === null) continue;
          const [least, most] = name.startsWith('cpu')
            ? [cpuMin / 1000, cpuMax / 1000]
            : [memoryMin * MI, memoryMax * MI];
          // A request stays one unit below a limit that it was below: so the pod keeps its quality of service.
          const gap = name.endsWith('request') ? UNIT[name === 'cpu-request' ? 'cpu' : 'memory'] : 0;
          expect(value, name).to.be.at.least(least - gap - 1e-9);
          // What the user has set already may be above what Foresize may set.
          expect(value, name).to.be.at.most(Math.max(most, valueOf(from, name) ?? 0));
        }
      }),
      RUNS,
    );
  });
});
