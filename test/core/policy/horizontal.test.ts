import { expect } from 'chai';
import fc from 'fast-check';
import type { HpaFacts } from '#core/chain/ports.ts';
import type { ReplicasDecision } from '#core/messages/decision.ts';
import type { DecideInput } from '#core/policy/context.ts';
import { decide } from '#core/policy/decide.ts';
import { scaledAfter } from '#core/policy/scaled.ts';
import { NOTHING_KNOWN } from '#core/policy/surroundings.ts';
import { DAY, decideOn, HOUR, inputOf, MI, MINUTE, NOW, type Situation, watched } from './situation.ts';

const HPA: HpaFacts = { name: 'qrcode-hpa', target: 'qrcode', minReplicas: 1, maxReplicas: 8, metrics: [] };

/** A pod at its maximum of half a core, in which work takes 1 + `stretch` times as long. */
const starving = (stretch: number, more: Situation = {}): Situation => ({
  ...more,
  annotations: { 'foresize/cpu-max': '500m', 'foresize/replicas': 'scale', ...more.annotations },
  signals: { stretch, throttledPeriods: 100, ...more.signals },
});

const podNames = (count: number): { pod: string }[] =>
  Array.from({ length: count }, (_, index) => ({ pod: `qrcode-${index}` }));

function given(situation: Situation, hpas: readonly HpaFacts[] | null = []): DecideInput {
  return { ...inputOf(situation), surroundings: { ...NOTHING_KNOWN, hpas } };
}

const replicasOf = (input: DecideInput): ReplicasDecision | null => decide(input).decision.replicas ?? null;

describe('replicas', () => {
  it('are recommended where a pod may have no more of the CPU that it needs', () => {
    const { decision } = decide(given(starving(1)));
    expect(decision.replicas).to.deep.equal({
      from: 1,
      to: 3,
      reason: 'a pod would need a CPU of 1200m and may have 500m',
    });
    expect(decision.action).to.equal('hold');
    expect(decision.reason).to.contain('replicas 1 → 3: a pod would need');
  });

  it('stay as they are while the pod itself may still grow', () => {
    const { decision } = decide(given(starving(1, { annotations: { 'foresize/cpu-max': '600m' } })));
    expect(decision.action).to.equal('resize');
    expect(decision).not.to.have.property('replicas');
  });

  it('stay as they are where one pod has enough', () => {
    expect(replicasOf(given({ annotations: { 'foresize/cpu-max': '500m' } }))).to.equal(null);
  });

  it('are told by a forecast above the maximum, too, where there is no limit to throttle', () => {
    const sizes = { cpuRequestCores: 0.5, cpuLimitCores: null };
    const annotations = { 'foresize/cpu-max': '500m' };
    const told = replicasOf(given({ sizes, annotations, cpu: 0.9 }));
    expect(told).to.include({ from: 1, to: 2 });
    expect(told?.reason).to.contain('990m');
  });

  it('are not set on a forecast that has not proved itself, only recommended', () => {
    const sizes = { cpuRequestCores: 0.5, cpuLimitCores: null };
    const annotations = {
      'foresize/cpu-max': '500m',
      'foresize/gate': 'on',
      'foresize/replicas': 'scale',
    };
    const told = replicasOf(given({ sizes, annotations, cpu: 0.9 }));
    expect(told).to.include({ to: 2 });
    expect(told?.outcome?.result).to.equal('refused');
  });

  it('are not asked for where a pod starves of memory: what a process holds is not shared out', () => {
    const kill = { atMs: NOW - 1000, memoryLimitBytes: 256 * MI };
    const annotations = { 'foresize/memory-max': '256Mi' };
    expect(replicasOf(given({ annotations, signals: { oomKills: [kill] }, memory: 400 * MI }))).to.equal(
      null,
    );
  });

  it('wait until all pods work and have worked for two minutes', () => {
    for (const facts of [{ ready: false }, { startedAtMs: NOW - MINUTE }, { startedAtMs: null }]) {
      const pods = [{ pod: 'a' }, { pod: 'b', ...facts }];
      expect(replicasOf(given(starving(1, { pods })))).to.equal(null);
    }
    expect(replicasOf(given(starving(1, { pods: podNames(2) })))).to.include({ from: 2, to: 5 });
  });

  it('are five at most, and what would be needed is told', () => {
    const told = replicasOf(given(starving(5, { pods: podNames(2) })));
    expect(told).to.include({ from: 2, to: 5 });
    expect(told?.reason).to.match(/15 would be needed, and 5 are the most$/);
    expect(replicasOf(given(starving(5, { pods: podNames(5) })))).to.include({ from: 5, to: 5 });
  });

  it('would find no room where a quota is what holds the pod', () => {
    const hard = {
      cpuRequestCores: null,
      cpuLimitCores: 0.5,
      memoryRequestBytes: null,
      memoryLimitBytes: null,
    };
    const quotas = [{ name: 'team', hard, used: hard }];
    const input = given(starving(1));
    const surroundings = { ...NOTHING_KNOWN, hpas: [], quotas };
    expect(replicasOf({ ...input, surroundings })).to.equal(null);
  });

  const lefts: readonly (readonly [string, Situation, readonly HpaFacts[] | null, string])[] = [
    ['an HPA, whatever it scales by', {}, [HPA], 'the HorizontalPodAutoscaler qrcode-hpa scales it'],
    [
      'OpenFaaS, told by its labels',
      { labels: { 'com.openfaas.scale.max': '4', app: 'x' } },
      [],
      'OpenFaaS scales it, by com.openfaas.scale.max',
    ],
    ['nobody knows whom', {}, null, 'whether a HorizontalPodAutoscaler scales it is not known'],
  ];
  for (const [who, situation, hpas, why] of lefts) {
    it(`are left to ${who}`, () => {
      const told = replicasOf(given(starving(1, situation), hpas));
      expect(told?.to).to.equal(3);
      expect(told?.outcome).to.deep.equal({ result: 'refused', detail: `not scaled: ${why}` });
    });
  }

  it('name who scales them also where they are only recommended', () => {
    const annotations = { 'foresize/replicas': 'recommend' };
    const told = replicasOf(given(starving(1, { annotations }), [HPA]));
    expect(told?.reason).to.match(/; left alone, since the HorizontalPodAutoscaler qrcode-hpa scales it$/);
    expect(told).not.to.have.property('outcome');
  });
});

/** A function that Foresize scaled from one to three `ago`, watched since before that. */
function scaled(ago: number, use: number, more: Situation = {}): Situation {
  const memory = { lastMemoryBytes: 80 * MI, maximumMemoryBytes: 80 * MI };
  const signals = { lastCpuCores: use / 3, maximumCpuCores: use / 3, lastTotalCpuCores: use, ...memory };
  const state = watched(NOW - 2 * DAY, signals);
  const at = scaledAfter(state, 1, 3, NOW - ago);
  return {
    pods: podNames(3),
    sizes: { cpuRequestCores: Math.ceil((use / 3) * 1100) / 1000 },
    signals,
    cpu: use / 3,
    memory: 80 * MI,
    state: { ...state, scaled: at },
    ...more,
    annotations: {
      'foresize/cpu-max': '500m',
      'foresize/replicas': 'scale',
      'foresize/evidence': '24h',
      ...more.annotations,
    },
  };
}

describe('replicas that Foresize set', () => {
  it('go back to what was there before, once the whole evidence shows that fewer would do', () => {
    const told = replicasOf(given(scaled(26 * HOUR, 0.3)));
    expect(told).to.include({ from: 3, to: 1 });
    expect(told?.reason).to.contain('the highest use of the last 1d');
  });

  it('go back only as far as the highest use fits', () => {
    expect(replicasOf(given(scaled(26 * HOUR, 0.6)))).to.include({ from: 3, to: 2 });
    expect(replicasOf(given(scaled(26 * HOUR, 1.1)))).to.equal(null);
  });

  it('stay while the evidence is shorter, anything throttles, or nothing may shrink', () => {
    expect(replicasOf(given(scaled(23 * HOUR, 0.3)))).to.equal(null);
    const throttled = scaled(26 * HOUR, 0.3);
    const signals = { ...throttled.signals, stretch: 0.11, throttledPeriods: 9 };
    expect(replicasOf(given({ ...throttled, signals }))).not.to.include({ to: 1 });
    const stopped = { ...given(scaled(26 * HOUR, 0.3)), shrinkHeld: 'too many rollbacks' };
    expect(replicasOf(stopped)).to.equal(null);
  });

  it('stay where the memory of all would not fit fewer', () => {
    const situation = scaled(26 * HOUR, 0.3);
    const input = given(situation);
    const state = situation.state!;
    expect(replicasOf(input)).to.include({ to: 1 });
    const more = { ...situation.signals, maximumMemoryBytes: 86 * MI };
    expect(replicasOf(given({ ...situation, state, signals: more }))?.to ?? 3).to.equal(3);
  });

  it('never go below what was there before', () => {
    const situation = scaled(26 * HOUR, 0.1);
    const state = situation.state!;
    const two = { ...state, scaled: { before: 2, to: 3, at: 0, left: null } };
    expect(replicasOf(given({ ...situation, state: two }))).to.include({ from: 3, to: 2 });
  });

  it('of others stay: what Foresize did not scale, it does not scale down', () => {
    const situation = scaled(26 * HOUR, 0.1);
    const state = situation.state!;
    expect(replicasOf(given({ ...situation, state: { ...state, scaled: null } }))).to.equal(null);
  });

  it('are left alone for a day once somebody else has set others', () => {
    const situation = starving(1, { pods: podNames(2), state: scaled(HOUR, 0.3).state });
    const first = decide(given(situation));
    expect(first.state.scaled).to.include({ before: 1, to: 3 });
    expect(first.decision.replicas?.outcome?.detail).to.contain('somebody else has scaled it since');
    const later = { ...situation, now: NOW + 25 * HOUR, state: first.state };
    const told = replicasOf(given(later));
    expect(told).to.include({ from: 2, to: 5 });
    expect(told).not.to.have.property('outcome');
  });

  it('are asked for again only after two minutes, so that the same need is answered once', () => {
    const { state } = decideOn(starving(1));
    const asked = { ...state, scaled: scaledAfter(state, 1, 3, NOW) };
    const soon = { ...starving(1, { pods: podNames(3), state: asked }), now: NOW + MINUTE };
    expect(replicasOf(given(soon))).to.equal(null);
    expect(replicasOf(given({ ...soon, now: NOW + 2 * MINUTE }))).to.include({ from: 3 });
  });
});

describe('replicas, whatever is given', () => {
  const situations = fc.record({
    stretch: fc.double({ min: 0, max: 20, noNaN: true }),
    pods: fc.integer({ min: 1, max: 7 }),
    limit: fc.integer({ min: 10, max: 2000 }),
    maximum: fc.integer({ min: 10, max: 2000 }),
    cpu: fc.option(fc.double({ min: 0, max: 4, noNaN: true })),
    most: fc.option(fc.integer({ min: 1, max: 9 })),
  });
  type Given = typeof situations extends fc.Arbitrary<infer T> ? T : never;

  const inputFor = ({ stretch, pods, limit, maximum, cpu, most }: Given): DecideInput =>
    given(
      starving(stretch, {
        pods: podNames(pods),
        sizes: { cpuRequestCores: Math.ceil(limit / 2) / 1000, cpuLimitCores: limit / 1000 },
        annotations: { 'foresize/cpu-max': `${maximum}m` },
        cpu,
        labels: most === null ? {} : { 'com.openfaas.scale.max': String(most) },
      }),
    );
  const holds = (property: (given: Given) => void): void => {
    fc.assert(fc.property(situations, property), { numRuns: 150 });
  };

  it('are never fewer than there are without a past of Foresize’s own, nor more than the most', () => {
    holds((facts) => {
      const told = replicasOf(inputFor(facts));
      if (told === null) return;
      expect(told.from).to.equal(facts.pods);
      expect(told.to).to.be.within(facts.pods, Math.max(facts.pods, facts.most ?? 5));
    });
  });

  it('never change in a cycle in which a size of CPU does', () => {
    holds((facts) => {
      const { decision } = decide(inputFor(facts));
      if ((decision.replicas ?? null) === null) return;
      const has = inputFor(facts).live.pods[0]?.desired;
      expect(decision.to?.cpuLimitCores).to.equal(has?.cpuLimitCores);
      expect(decision.to?.cpuRequestCores).to.equal(has?.cpuRequestCores);
    });
  });

  it('grow with the need', () => {
    holds((facts) => {
      const [less, greater] = [facts, { ...facts, stretch: facts.stretch * 1.5 + 0.2 }].map((one) =>
        replicasOf(inputFor(one)),
      );
      if (less === null || less === undefined) return;
      expect(greater?.to ?? 0).to.be.at.least(less.to);
    });
  });

  it('are not asked for without need', () => {
    holds((facts) => {
      expect(replicasOf(inputFor({ ...facts, stretch: 0, cpu: 0 }))).to.equal(null);
    });
  });
});
