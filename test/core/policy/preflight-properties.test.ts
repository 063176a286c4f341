import { expect } from 'chai';
import fc from 'fast-check';
import type { NodeFacts, Surroundings } from '#core/chain/ports.ts';
import type { DecideInput } from '#core/policy/context.ts';
import { decide } from '#core/policy/decide.ts';
import { kindOf, qosClassOf, RESOURCE_NAMES, UNIT, valueOf } from '#core/policy/resources.ts';
import { countedOf, NOTHING_KNOWN, surroundingsAfter } from '#core/policy/surroundings.ts';
import type { Resources } from '#core/usage/reading.ts';
import { HOUR, inputOf, MI, NOW, watched } from './situation.ts';

const cores = fc.double({ min: 0.001, max: 6, noNaN: true });
const bytes = fc.integer({ min: 4 * MI, max: 2048 * MI });
const rarely = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(value, { freq: 4 });
const bounds = fc.record({ cpu: rarely(cores), memory: rarely(bytes) });
const ratio = fc.double({ min: 1, max: 10, noNaN: true });

const counted = fc.record({
  cpuRequestCores: rarely(cores),
  cpuLimitCores: rarely(cores),
  memoryRequestBytes: rarely(bytes),
  memoryLimitBytes: rarely(bytes),
});

const surroundings: fc.Arbitrary<Surroundings> = fc.record({
  servesResize: fc.constant(true),
  limitRanges: rarely(
    fc.array(
      fc.record({
        name: fc.constant('sizes'),
        min: bounds,
        max: bounds,
        ratio: fc.record({ cpu: rarely(ratio), memory: rarely(ratio) }),
      }),
      { maxLength: 2 },
    ),
  ),
  quotas: rarely(
    fc.array(fc.record({ name: fc.constant('team'), hard: counted, used: counted }), { maxLength: 2 }),
  ),
  hpas: fc.constant(null),
  unknown: fc.constant([]),
});

const size = fc
  .record({
    cpu: fc.integer({ min: 20, max: 2000 }),
    memory: fc.integer({ min: 32, max: 1024 }),
    share: fc.double({ min: 0.05, max: 1, noNaN: true }),
    isGuaranteed: fc.boolean(),
  })
  .map(({ cpu, memory, share, isGuaranteed }): Resources => {
    const part = isGuaranteed ? 1 : share;
    return {
      cpuRequestCores: Math.ceil(cpu * part) / 1000,
      cpuLimitCores: cpu / 1000,
      memoryRequestBytes: Math.ceil(memory * part) * MI,
      memoryLimitBytes: memory * MI,
    };
  });

const EVIDENCE = { 'foresize/evidence': '1h', 'foresize/cooldown': '0s' };
const LITTLE = {
  lastCpuCores: 0.005,
  maximumCpuCores: 0.005,
  lastMemoryBytes: 8 * MI,
  maximumMemoryBytes: 8 * MI,
};
const state = watched(NOW - 2 * HOUR, LITTLE, EVIDENCE);

const inputs: fc.Arbitrary<DecideInput> = fc
  .record({
    surroundings,
    sizes: size,
    pods: fc.integer({ min: 1, max: 4 }),
    pressures: fc.constantFrom([], [], ['MemoryPressure']),
    nodeCores: fc.integer({ min: 1, max: 4 }),
    cpu: cores,
    memory: bytes,
    stretch: fc.constantFrom(0, 0, 0.5, 3),
    isOomKilled: fc.boolean(),
    isKnown: fc.boolean(),
  })
  .map(({ surroundings, sizes, pods, pressures, nodeCores, stretch, isOomKilled, isKnown, ...peak }) => {
    const oomKills = isOomKilled ? [{ atMs: NOW - 1000, memoryLimitBytes: sizes.memoryLimitBytes }] : [];
    const signals = { ...LITTLE, stretch, throttledPeriods: 50, oomKills };
    const input = inputOf({
      ...peak,
      sizes,
      template: sizes,
      nodeCores,
      signals,
      annotations: EVIDENCE,
      ...(isKnown ? { state: { ...state, original: sizes } } : {}),
      pods: Array.from({ length: pods }, (_, index) => ({
        pod: `qrcode-${index}`,
        qosClass: qosClassOf(sizes),
      })),
    });
    const nodes = input.nodes.map((node): NodeFacts => ({ ...node, pressures }));
    return { ...input, nodes, surroundings };
  });

const around = (input: DecideInput): Surroundings => input.surroundings ?? NOTHING_KNOWN;

/** Each resource before and after, of one pod. */
function changes(input: DecideInput) {
  const { decision } = decide(input);
  const [pod] = input.live.pods;
  return RESOURCE_NAMES.flatMap((name) => {
    const before = pod === undefined ? null : valueOf(pod.desired, name);
    const after = decision.to === null ? null : valueOf(decision.to, name);
    return before === null || after === null ? [] : [{ name, before, after, metric: kindOf(name).metric }];
  });
}

const property = (check: (input: DecideInput) => void, numRuns = 150): void => {
  fc.assert(fc.property(inputs, check), { numRuns });
};

describe('a decision in any surroundings', () => {
  it('raises nothing above the maximum of a LimitRange or what the node has', () => {
    property((input) => {
      for (const { before, after, metric } of changes(input)) {
        for (const { max } of around(input).limitRanges ?? []) {
          expect(after).to.be.at.most(Math.max(before, max[metric] ?? Infinity) + 1e-9);
        }
        const [node] = input.nodes;
        const all = metric === 'cpu' ? node?.allocatableCpuCores : node?.allocatableMemoryBytes;
        expect(after).to.be.at.most(Math.max(before, all ?? Infinity));
      }
    });
  });

  it('asks for no more than the quotas leave, in all pods together', () => {
    property((input) => {
      for (const { name, after, metric } of changes(input)) {
        const grown = input.live.pods.reduce(
          (sum, pod) => sum + Math.max(0, after - countedOf(pod, name)),
          0,
        );
        for (const { hard, used } of around(input).quotas ?? []) {
          const [most, now] = [valueOf(hard, name), valueOf(used, name)];
          if (most === null || now === null) continue;
          expect(grown).to.be.at.most(Math.max(0, most - now) + 1e-5 * UNIT[metric]);
        }
      }
    });
  });

  it('lets a request grow on no node under pressure', () => {
    property((input) => {
      if (input.nodes.every(({ pressures = [] }) => pressures.length === 0)) return;
      for (const { name, before, after } of changes(input)) {
        if (!kindOf(name).isLimit) expect(after).to.be.at.most(before);
      }
    });
  });

  it('is never lower for them: what they take back of growth ends at what runs', () => {
    property((input) => {
      const { decision } = decide(input);
      const [pod] = input.live.pods;
      for (const { rule, resource, before, after } of decision.steps) {
        if (!['limit-range', 'quota', 'node-pressure'].includes(rule) || resource === null) continue;
        const runs = pod === undefined ? 0 : (valueOf(pod.desired, resource) ?? 0);
        if ((after ?? 0) < (before ?? 0)) expect(after).to.be.at.least(runs - 1e-9);
      }
      if (decision.path !== 'rescue') return;
      for (const { before, after } of changes(input)) expect(after).to.be.at.least(before);
    });
  });

  it('keeps the class of the pod, and requests within limits', () => {
    property((input) => {
      const { to } = decide(input).decision;
      if (to === null) return;
      expect(qosClassOf(to)).to.equal(input.live.pods[0]?.qosClass);
    });
  });

  it('is the same whether nothing is known or nothing is there', () => {
    property((input) => {
      const empty = { ...NOTHING_KNOWN, servesResize: true, limitRanges: [], quotas: [], hpas: [] };
      const known = decide({ ...input, surroundings: empty }).decision;
      expect(decide({ ...input, surroundings: NOTHING_KNOWN }).decision).to.deep.equal(known);
    }, 100);
  });

  it('leaves nothing to do once it is in force, and the room it took is gone', () => {
    property((input) => {
      const { decision, state: next } = decide(input);
      const { to } = decision;
      if (to === null || decision.action !== 'resize' || next.canary !== null) return;
      const pods = input.live.pods.map((pod) => ({ ...pod, desired: to, inForce: to }));
      const left = surroundingsAfter(around(input), input.live.pods, to);
      const again = {
        ...input,
        live: { ...input.live, pods },
        state: next,
        now: NOW + 1000,
        surroundings: left,
      };
      expect(decide(again).decision).to.deep.include({ action: 'hold', to });
    });
  });
});
