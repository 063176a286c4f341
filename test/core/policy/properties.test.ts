import { expect } from 'chai';
import fc from 'fast-check';
import type { Signals } from '#core/messages/usage.ts';
import { decide } from '#core/policy/decide.ts';
import type { DecideInput } from '#core/policy/context.ts';
import { armedShrink } from '#core/policy/armed.ts';
import { quarantineOf } from '#core/policy/quarantine.ts';
import { qosClassOf, RESOURCE_NAMES, kindOf, UNIT, valueOf } from '#core/policy/resources.ts';
import { rolledBack } from '#core/policy/rules/rollback.ts';
import { functionStateSchema, type FunctionState } from '#core/policy/state.ts';
import { writeState } from '#core/policy/written-state.ts';
import { formatCpuCores, formatMemoryBytes, parseCpuCores, parseMemoryBytes } from '#core/units/quantity.ts';
import type { Resources } from '#core/usage/reading.ts';
import { DAY, decideOn, HOUR, inputOf, MI, MINUTE, NOW, quantiles, type Situation } from './situation.ts';

const cores = (most: number): fc.Arbitrary<number> => fc.double({ min: 0, max: most, noNaN: true });
const bytes = fc.integer({ min: 0, max: 4096 * MI });
const rarely = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(value, { freq: 3 });

/** Sizes that Kubernetes admits: requests within limits, some of them unset, and sometimes Guaranteed. */
const sizes: fc.Arbitrary<Resources> = fc
  .record({
    cpu: fc.integer({ min: 1, max: 4000 }),
    cpuShare: fc.double({ min: 0.01, max: 1, noNaN: true }),
    memory: fc.integer({ min: 8, max: 4096 }),
    memoryShare: fc.double({ min: 0.01, max: 1, noNaN: true }),
    unset: fc.constantFrom('none', 'limits', 'cpu-limit', 'memory-request'),
    guaranteed: fc.boolean(),
  })
  .map(({ cpu, cpuShare, memory, memoryShare, unset, guaranteed }) => {
    const [share, part] = guaranteed ? [1, 1] : [cpuShare, memoryShare];
    const limits = unset === 'limits';
    return {
      cpuRequestCores: Math.ceil(cpu * share) / 1000,
      cpuLimitCores: limits || unset === 'cpu-limit' ? null : cpu / 1000,
      memoryRequestBytes: unset === 'memory-request' ? null : Math.ceil(memory * part) * MI,
      memoryLimitBytes: limits ? null : memory * MI,
    };
  });

const signals: fc.Arbitrary<Partial<Signals>> = fc.record({
  stretch: rarely(cores(20)),
  throttledPeriods: fc.integer({ min: 0, max: 100 }),
  cpuSecondsPerCall: rarely(cores(2)),
  callsStartedPerSecond: rarely(cores(50)),
  callsInFlight: rarely(fc.integer({ min: 0, max: 500 })),
  durationP95Seconds: rarely(cores(3)),
  durationCalls: fc.integer({ min: 0, max: 300 }),
  oomKills: fc.array(
    fc.record({ atMs: fc.integer({ min: NOW - HOUR, max: NOW }), memoryLimitBytes: rarely(bytes) }),
    { maxLength: 2 },
  ),
  restartedAtMs: rarely(fc.integer({ min: NOW - HOUR, max: NOW })),
  notReady: fc.boolean(),
  notReadyThrottled: fc.boolean(),
  cpuSecondsUntilReady: rarely(cores(4)),
  lastCpuCores: rarely(cores(4)),
  lastMemoryBytes: rarely(bytes),
  maximumCpuCores: rarely(cores(4)),
  maximumMemoryBytes: rarely(bytes),
  censoredAtMs: rarely(fc.integer({ min: NOW - HOUR, max: NOW })),
});

const annotations: fc.Arbitrary<Record<string, string>> = fc
  .record({
    limit: fc.constantFrom('keep', 'latency', 'none'),
    evidence: fc.constantFrom('90s', '1h', '24h', '8d'),
    shrink: fc.constantFrom('deploy', 'in-place'),
    max: fc.constantFrom(null, '700m', '2'),
    min: fc.constantFrom(null, '5m', '100m'),
    memoryMax: fc.constantFrom(null, '300Mi', '2Gi'),
  })
  .map(({ limit, evidence, shrink, max, min, memoryMax }) => ({
    'foresize/cpu-limit': limit,
    'foresize/evidence': evidence,
    'foresize/memory-shrink': shrink,
    ...(limit === 'latency' ? { 'foresize/latency-budget': '200ms' } : {}),
    ...(max === null ? {} : { 'foresize/cpu-max': max }),
    ...(min === null ? {} : { 'foresize/cpu-min': min }),
    ...(memoryMax === null ? {} : { 'foresize/memory-max': memoryMax }),
  }));

/** For each resource a shrink, as a share of what is known of the function ago and of a size, and a quarantine. */
const past = fc.array(
  fc.record({
    shrunk: rarely(
      fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.double({ min: 1, max: 3, noNaN: true })),
    ),
    rolledBack: fc.option(
      fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.integer({ min: 1, max: 6 })),
    ),
  }),
  { minLength: 4, maxLength: 4 },
);

type Past = typeof past extends fc.Arbitrary<infer T> ? T : never;

function withPast(state: FunctionState, sizes: Resources, entries: Past): FunctionState {
  const known = (NOW - state.firstSeenAt) / 1000;
  const armed = RESOURCE_NAMES.map((name, index): FunctionState['armed'][number] => {
    const shrunk = entries[index]?.shrunk ?? null;
    const size = valueOf(sizes, name);
    if (shrunk === null || size === null) return null;
    return [Math.ceil((size * shrunk[1]) / UNIT[kindOf(name).metric]), Math.floor(known * shrunk[0])];
  });
  const quarantine = entries.map(({ rolledBack }): FunctionState['quarantine'][number] =>
    rolledBack === null ? null : [Math.floor(known * rolledBack[0]), rolledBack[1]],
  );
  return { ...state, armed, quarantine };
}

/** A function first seen some time ago, decided on again and again since with the same facts. */
const inputs: fc.Arbitrary<DecideInput> = fc
  .record({
    sizes,
    signals,
    annotations,
    cpu: rarely(cores(6)),
    memory: rarely(bytes),
    age: fc.constantFrom(null, 0, MINUTE, 2 * MINUTE, DAY, 9 * DAY),
    startedAgo: fc.integer({ min: 0, max: 20 * MINUTE }),
    past,
  })
  .map(({ age, startedAgo, past: entries, ...situation }) => {
    const pods = [{ qosClass: qosClassOf(situation.sizes), startedAtMs: NOW - startedAgo }];
    const template = situation.sizes;
    const seen = age === null ? undefined : historyOf({ ...situation, template }, age);
    const state = seen === undefined ? undefined : withPast(seen, situation.sizes, entries);
    return inputOf({ ...situation, template, pods, state });
  });

function historyOf(situation: Situation, age: number): FunctionState | undefined {
  let state: FunctionState | undefined;
  const quiet = { ...situation, cpu: null, memory: null };
  const looks = [age, age / 2, MINUTE].map((ago) => NOW - ago);
  const recommend = { ...situation.annotations, 'foresize/mode': 'recommend' };
  for (const now of looks) state = decideOn({ ...quiet, now, state, annotations: recommend }).state;
  return state;
}

/** How each resource stands before and after. */
function changes(input: DecideInput) {
  const { decision } = decide(input);
  return RESOURCE_NAMES.flatMap((name) => {
    const before = valueOf(input.live.pods[0]!.desired, name);
    const after = decision.to === null ? null : valueOf(decision.to, name);
    return before === null || after === null ? [] : [{ name, metric: kindOf(name).metric, before, after }];
  });
}

const holds = (property: (input: DecideInput) => void, fixed: { readonly seed?: number } = {}): void => {
  fc.assert(fc.property(inputs, property), { numRuns: 400, ...fixed });
};

/** `raised` raises the forecast of both metrics by this share. */
function withForecast(input: DecideInput, factor: number): DecideInput {
  const { cpu, memory } = input.forecast.peak;
  const peak = {
    ...input.forecast.peak,
    cpu: cpu && quantiles(cpu.p90 * factor),
    memory: memory && quantiles(memory.p90 * factor),
  };
  return { ...input, forecast: { ...input.forecast, peak } };
}

describe('a decision, whatever it is given', () => {
  it('raises nothing above its maximum', () => {
    holds((input) => {
      const { cpuMaxCores, memoryMaxBytes } = input.settings;
      const node = {
        cpu: input.nodes[0]!.allocatableCpuCores,
        memory: input.nodes[0]!.allocatableMemoryBytes,
      };
      for (const { metric, before, after } of changes(input)) {
        const most = Math.min(node[metric], (metric === 'cpu' ? cpuMaxCores : memoryMaxBytes) ?? Infinity);
        expect(after).to.be.at.most(Math.max(before, most));
      }
    });
  });

  it('lowers nothing below its minimum, its floor or what is in use', () => {
    holds((input) => {
      const { lastCpuCores, lastMemoryBytes } = input.forecast.signals;
      for (const { metric, before, after } of changes(input)) {
        if (after >= before) continue;
        const last = (metric === 'cpu' ? lastCpuCores : lastMemoryBytes) ?? 0;
        const { cpuMinCores, memoryMinBytes } = input.settings;
        const least =
          metric === 'cpu' ? Math.max(0.002, cpuMinCores ?? 0) : Math.max(4 * MI, memoryMinBytes ?? 0);
        expect(after).to.be.at.least(Math.max(last, least));
      }
    });
  });

  it('keeps the class of the pod and requests within limits, and sets nothing that was unset', () => {
    holds((input) => {
      const { to } = decide(input).decision;
      const before = input.live.pods[0]!.desired;
      if (to === null) throw new Error('sizes must be filled');
      expect(qosClassOf(to)).to.equal(qosClassOf(before));
      expect(to.cpuRequestCores ?? 0).to.be.at.most(to.cpuLimitCores ?? Infinity);
      expect(to.memoryRequestBytes ?? 0).to.be.at.most(to.memoryLimitBytes ?? Infinity);
      for (const name of RESOURCE_NAMES) {
        expect(valueOf(to, name) === null).to.equal(valueOf(before, name) === null);
      }
    });
  });

  it('is held once it is in force and nothing else has happened', () => {
    holds((input) => {
      const { decision, state } = decide(input);
      const pods = input.live.pods.map((pod) => ({ ...pod, desired: decision.to!, inForce: decision.to! }));
      // After a rescue, which lowers nothing, sizing still has its say; otherwise it must not change its mind.
      const sizedAt = decision.path === 'rescue' ? state.sizedAt : null;
      const again = { ...input, live: { ...input.live, pods }, state: { ...state, sizedAt } };
      expect(decide(again).decision.action).to.equal('hold');
    });
  });

  it('does not fall where the forecast rises', () => {
    fc.assert(
      fc.property(inputs, fc.double({ min: 1, max: 3, noNaN: true }), (input, factor) => {
        const higher = changes(withForecast(input, factor));
        const lower = changes(withForecast(input, 1));
        lower.forEach(({ after }, index) => expect(higher[index]?.after).to.be.at.least(after));
      }),
      { numRuns: 400 },
    );
  });

  it('lowers nothing where it rescues', () => {
    holds((input) => {
      if (decide(input).decision.path !== 'rescue') return;
      for (const { before, after } of changes(input)) expect(after).to.be.at.least(before);
    });
  });

  it('lowers nothing before the evidence window has passed', () => {
    holds((input) => {
      const known = NOW - (input.state?.firstSeenAt ?? NOW);
      if (known >= input.settings.evidenceMs) return;
      for (const { before, after } of changes(input)) expect(after).to.be.at.least(before);
    });
  });

  it('reserves no more than two tenths, one over the other, above the record before that window has passed', () => {
    const used = fc.tuple(cores(4), fc.integer({ min: MI, max: 4096 * MI }), cores(1));
    fc.assert(
      fc.property(cores(6), bytes, used, (cpu, memory, [cpuCores, memoryBytes, share]) => {
        const { to } = decideOn({
          cpu,
          memory,
          sizes: { cpuLimitCores: null, memoryLimitBytes: null },
          signals: {
            lastCpuCores: share * cpuCores,
            maximumCpuCores: cpuCores,
            lastMemoryBytes: Math.floor(share * memoryBytes),
            maximumMemoryBytes: memoryBytes,
          },
        }).decision;
        // The record holds whole millicores and MiB, rounded up, and so does the request.
        const within = { cpu: 1.21 * (cpuCores + 0.001) + 0.001, memory: 1.21 * (memoryBytes + MI) + MI };
        expect(to?.cpuRequestCores).to.be.at.most(Math.max(0.1, within.cpu));
        expect(to?.memoryRequestBytes).to.be.at.most(Math.max(128 * MI, within.memory));
      }),
    );
  });

  it('gives a function that starves after a shrink what it had, or a fifth more than it has', () => {
    holds((input) => {
      const { decision } = decide(input);
      for (const { name, metric, before, after } of changes(input)) {
        if (!rolledBack(decision).includes(name)) continue;
        expect(after).to.be.at.least(before);
        const { cpuMaxCores, memoryMaxBytes } = input.settings;
        const limit = metric === 'cpu' ? decision.to?.cpuLimitCores : decision.to?.memoryLimitBytes;
        const most = Math.min(
          (metric === 'cpu' ? cpuMaxCores : memoryMaxBytes) ?? Infinity,
          metric === 'cpu' ? input.nodes[0]!.allocatableCpuCores : input.nodes[0]!.allocatableMemoryBytes,
          kindOf(name).isLimit ? Infinity : (limit ?? Infinity) - UNIT[metric],
        );
        const { was } = armedShrink(input.state!, name)!;
        expect(after).to.be.at.least(Math.min(most, Math.max(was, 1.2 * before)) - 1e-9);
      }
    });
  });

  const RESTED = RESOURCE_NAMES.map(() => null);

  /** Without a shrink that could be rolled back: when a rollback was last begun stands in the quarantine. */
  const unarmed = ({ state }: DecideInput): FunctionState | undefined =>
    state === undefined ? undefined : { ...state, armed: RESTED };

  it('is as without a quarantine, but that what is in one does not shrink', () => {
    holds((input) => {
      const state = unarmed(input);
      if (state === undefined) return;
      const free = changes({ ...input, state: { ...state, quarantine: RESTED } });
      const held = changes({ ...input, state });
      held.forEach(({ name, before, after }, index) => {
        expect(after).to.be.at.least(free[index]!.after);
        if (quarantineOf(state, name, NOW) !== null) expect(after).to.be.at.least(before);
      });
      if (RESOURCE_NAMES.every((name) => quarantineOf(state, name, NOW) === null)) {
        expect(held).to.deep.equal(free);
      }
    });
  });

  it('rescues whatever has just changed or was rolled back', () => {
    holds((input) => {
      const state = unarmed(input);
      if (state === undefined) return;
      const now = Math.round((NOW - state.firstSeenAt) / 1000);
      const held = RESOURCE_NAMES.map((): [number, number] => [now, 5]);
      const busy = { ...state, changed: RESOURCE_NAMES.map(() => now), quarantine: held };
      const free = { ...state, changed: RESTED, quarantine: RESTED };
      if (decide({ ...input, state: free }).decision.path !== 'rescue') return;
      expect(changes({ ...input, state: busy })).to.deep.equal(changes({ ...input, state: free }));
    });
  });

  it('does sometimes lower, sometimes raise and sometimes roll back', () => {
    const seen = { lower: 0, raise: 0, rollback: 0 };
    // Of 400 inputs one to four lower something: with any seed it would now and then be none.
    holds(
      (input) => {
        if (rolledBack(decide(input).decision).length > 0) seen.rollback += 1;
        for (const { before, after } of changes(input)) {
          if (after < before) seen.lower += 1;
          if (after > before) seen.raise += 1;
        }
      },
      { seed: 1 },
    );
    expect(seen.lower).to.be.above(0);
    expect(seen.raise).to.be.above(0);
    expect(seen.rollback).to.be.above(0);
  });

  it('is written in quantities that read back as the same numbers', () => {
    holds((input) => {
      for (const { metric, before, after } of changes(input)) {
        if (after === before) continue;
        const readBack =
          metric === 'cpu'
            ? parseCpuCores(formatCpuCores(after))
            : parseMemoryBytes(formatMemoryBytes(after));
        expect(readBack).to.equal(after);
      }
    });
  });

  it('leaves a state that is valid and fits in a kilobyte, of a pod of 48 cores changed for eight days too', () => {
    const largest = { lastCpuCores: 47.9, maximumCpuCores: 47.9, lastMemoryBytes: 96_000 * MI };
    let state: FunctionState | undefined;
    for (let now = NOW - 9 * DAY; now <= NOW; now += HOUR) {
      const sizing = {
        now,
        state,
        cpu: 1 + ((now / HOUR) % 7) * 6,
        memory: (1000 + ((now / HOUR) % 5) * 20_000) * MI,
      };
      const oomKills = [{ atMs: now - 1000, memoryLimitBytes: 80_000 * MI }];
      const limits = { cpuLimitCores: 48, memoryLimitBytes: 96_000 * MI };
      state = decideOn({ ...sizing, sizes: limits, nodeCores: 64, signals: { ...largest, oomKills } }).state;
      expect(Buffer.byteLength(writeState(functionStateSchema.parse(state)))).to.be.at.most(1024);
    }
    holds((input) => {
      const bytesOfState = Buffer.byteLength(writeState(decide(input).state));
      expect(bytesOfState).to.be.at.most(1024);
    });
  });
});
