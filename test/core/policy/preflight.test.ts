import { expect } from 'chai';
import type { NodeFacts, Surroundings } from '#core/chain/ports.ts';
import type { Decision } from '#core/messages/decision.ts';
import { decide } from '#core/policy/decide.ts';
import { NOTHING_KNOWN, whyNotInPlace } from '#core/policy/surroundings.ts';
import { mostWithin } from '#core/policy/rules/quota.ts';
import type { Resources } from '#core/usage/reading.ts';
import { HOUR, inputOf, MI, NOW, SIZES, type Situation, watched } from './situation.ts';

const NONE: Resources = {
  cpuRequestCores: null,
  cpuLimitCores: null,
  memoryRequestBytes: null,
  memoryLimitBytes: null,
};
const FREE = { cpu: null, memory: null };
const NODE: NodeFacts = { name: 'node-1', allocatableCpuCores: 8, allocatableMemoryBytes: 64 * 1024 * MI };
const THROTTLED = { stretch: 1, throttledPeriods: 20 };

interface Around extends Partial<Surroundings> {
  readonly node?: Partial<NodeFacts>;
}

function decideIn({ node, ...surroundings }: Around, situation: Situation): Decision {
  const nodes = [{ ...NODE, ...node }];
  const around = { surroundings: { ...NOTHING_KNOWN, ...surroundings }, nodes };
  return decide({ ...inputOf(situation), ...around }).decision;
}

const range = (facts: Partial<NonNullable<Surroundings['limitRanges']>[number]>): Around => ({
  limitRanges: [{ name: 'sizes', min: FREE, max: FREE, ratio: FREE, ...facts }],
});

const room = (left: Partial<Resources>, used: Partial<Resources> = {}): Around => {
  const counted = { ...NONE, ...Object.fromEntries(Object.keys(left).map((key) => [key, 1])), ...used };
  const hard = { ...NONE };
  for (const key of ['cpuRequestCores', 'cpuLimitCores', 'memoryRequestBytes', 'memoryLimitBytes'] as const) {
    const more = left[key];
    if (more !== undefined && more !== null) hard[key] = (counted[key] ?? 0) + more;
  }
  return { quotas: [{ name: 'team', hard, used: counted }] };
};

const rulesOf = ({ steps }: Decision): string[] => steps.map(({ rule }) => rule);

describe('a LimitRange', () => {
  it('is where growth ends, and the decision says so', () => {
    const decision = decideIn(range({ max: { cpu: 0.3, memory: null } }), { cpu: 1 });
    expect(decision.to?.cpuRequestCores).to.equal(0.3);
    expect(decision.reason).to.contain('the LimitRange sizes allows a CPU request of at most 300m');
  });

  it('leaves what runs above its maximum as it is', () => {
    const decision = decideIn(range({ max: { cpu: 0.05, memory: 64 * MI } }), { cpu: 1, memory: 300 * MI });
    expect(decision.action).to.equal('hold');
    expect(decision.to).to.deep.equal(SIZES);
  });

  it('bounds a rescue as well, which goes as far as it may', () => {
    const decision = decideIn(range({ max: { cpu: 0.8, memory: null } }), { signals: THROTTLED });
    expect(decision).to.deep.include({ action: 'resize', path: 'rescue' });
    expect(decision.to?.cpuLimitCores).to.equal(0.8);
  });

  it('is where a shrink ends', () => {
    const annotations = { 'foresize/evidence': '1h', 'foresize/cooldown': '0s' };
    const signals = { lastCpuCores: 0.01, maximumCpuCores: 0.01 };
    const state = watched(NOW - 2 * HOUR, signals, annotations);
    const shrinking = { annotations, signals, state, cpu: 0.01 };
    const free = decideIn({}, shrinking);
    expect(free.to?.cpuRequestCores).to.equal(0.05);
    const bound = decideIn(range({ min: { cpu: 0.08, memory: null } }), shrinking);
    expect(bound.to?.cpuRequestCores).to.equal(0.08);
    expect(bound.reason).to.contain('the LimitRange sizes asks for a CPU request of at least 80m');
  });

  it('leaves what runs below its minimum alone while nothing else calls for a change', () => {
    const decision = decideIn(range({ min: { cpu: 0.2, memory: 256 * MI } }), {});
    expect(decision.action).to.equal('hold');
  });

  it('with a ratio lets the request grow with the limit', () => {
    const decision = decideIn(range({ ratio: { cpu: 5, memory: null } }), { signals: THROTTLED });
    expect(decision.to).to.deep.include({ cpuLimitCores: 1.2, cpuRequestCores: 0.24 });
    expect(decision.reason).to.contain('a limit of at most 5 × its request');
  });

  it('with a ratio bounds the limit where the request cannot grow', () => {
    const around = { ...range({ ratio: { cpu: 5, memory: null } }), ...room({ cpuRequestCores: 0.05 }) };
    const decision = decideIn(around, { signals: THROTTLED });
    expect(decision.to).to.deep.include({ cpuLimitCores: 0.75, cpuRequestCores: 0.15 });
  });
});

describe('a ResourceQuota', () => {
  it('lets growth go as far as there is room, and the decision says so', () => {
    const decision = decideIn(room({ cpuRequestCores: 0.05 }), { cpu: 0.3 });
    expect(decision.to?.cpuRequestCores).to.equal(0.15);
    expect(decision.reason).to.contain('the ResourceQuota team has 50m CPU request left');
  });

  it('counts every pod', () => {
    const decision = decideIn(room({ cpuRequestCores: 0.1 }), { cpu: 0.3, pods: [{}, { pod: 'qrcode-2' }] });
    expect(decision.to?.cpuRequestCores).to.equal(0.15);
    expect(decision.reason).to.contain('100m CPU request left for 2 pods');
  });

  it('that is used up, or more than that, holds growth and lowers nothing', () => {
    for (const left of [0, -0.5]) {
      const around = room({ cpuRequestCores: left, memoryLimitBytes: left });
      const decision = decideIn(around, {
        cpu: 0.3,
        memory: 400 * MI,
      });
      expect(decision.to).to.deep.include({ cpuRequestCores: 0.1, memoryLimitBytes: 256 * MI });
      const whys = decision.steps.map(({ why }) => why).join('; ');
      expect(whys).to.contain('the ResourceQuota team has no CPU request left');
      expect(whys).to.contain('the ResourceQuota team has no memory limit left');
    }
  });

  it('of limits bounds a rescue, which goes as far as it may', () => {
    const decision = decideIn(room({ cpuLimitCores: 0.3 }), { signals: THROTTLED });
    expect(decision).to.deep.include({ action: 'resize', path: 'rescue' });
    expect(decision.to?.cpuLimitCores).to.equal(0.8);
  });

  it('of requests bounds the limit of a Guaranteed pod, whose request grows with it', () => {
    const sizes = { ...SIZES, cpuRequestCores: 0.5, memoryRequestBytes: 256 * MI };
    const pods = [{ qosClass: 'Guaranteed' as const }];
    const decision = decideIn(room({ cpuRequestCores: 0.1 }), { sizes, pods, signals: THROTTLED });
    expect(decision.to).to.deep.include({ cpuLimitCores: 0.6, cpuRequestCores: 0.6 });
  });

  it('counts a shrink that is not in force yet with what the pod still has', () => {
    const inForce = { ...SIZES, cpuRequestCores: 0.2 };
    const decision = decideIn(room({ cpuRequestCores: 0.05 }), { cpu: 0.5, pods: [{ inForce }] });
    expect(decision.to?.cpuRequestCores).to.equal(0.25);
  });

  it('is not asked for a change too small to be worth a resize', () => {
    const decision = decideIn(room({ cpuRequestCores: 0.01 }), { cpu: 0.3 });
    expect(decision.action).to.equal('hold');
  });

  it('fills up the smallest first', () => {
    expect(mostWithin([1, 1], 1)).to.equal(1.5);
    expect(mostWithin([1, 3], 1)).to.equal(2);
    expect(mostWithin([3, 1], 4)).to.equal(4);
    expect(mostWithin([2], 0)).to.equal(2);
    expect(mostWithin([], 1)).to.equal(Infinity);
  });
});

describe('a node under pressure', () => {
  const node = { pressures: ['MemoryPressure'] };

  it('lets no request grow, and the decision says so', () => {
    const decision = decideIn({ node }, { cpu: 0.3, memory: 200 * MI });
    expect(decision.to).to.deep.include({ cpuRequestCores: 0.1, memoryRequestBytes: 128 * MI });
    expect(decision.reason).to.contain('node-1 reports MemoryPressure');
  });

  it('lets a limit grow', () => {
    const decision = decideIn({ node }, { signals: THROTTLED });
    expect(decision.to?.cpuLimitCores).to.equal(1.2);
  });

  it('lets everything grow where none of the function’s pods runs', () => {
    const elsewhere = [{ node: 'node-2' }];
    const decision = decideIn({ node }, { cpu: 0.3, pods: elsewhere });
    expect(decision.to?.cpuRequestCores).to.equal(0.33);
  });
});

describe('a cluster that does not resize running pods', () => {
  const { live } = inputOf({});
  const served = { ...NOTHING_KNOWN, servesResize: true };

  it('is one that serves no pods/resize, or whose node holds a pod and is older than 1.33', () => {
    expect(whyNotInPlace({ ...served, servesResize: false }, [NODE], live)).to.contain(
      'serves no pods/resize',
    );
    for (const kubeletVersion of ['v1.32.9', 'v1.9.0', '1.27.3-eks-a5565ad']) {
      expect(whyNotInPlace(served, [{ ...NODE, kubeletVersion }], live)).to.contain(kubeletVersion);
    }
  });

  it('is none whose nodes are new enough, hold no pod, or are not known', () => {
    for (const kubeletVersion of ['v1.33.0', 'v1.34.1+k3s1', 'v2.0.0', 'unknown']) {
      expect(whyNotInPlace(served, [{ ...NODE, kubeletVersion }], live)).to.equal(null);
    }
    expect(whyNotInPlace(served, [{ ...NODE, name: 'node-2', kubeletVersion: 'v1.30.0' }], live)).to.equal(
      null,
    );
    expect(whyNotInPlace(NOTHING_KNOWN, [], live)).to.equal(null);
  });

  it('gets recommendations that say what takes them', () => {
    const resizeHeld = whyNotInPlace({ ...served, servesResize: false }, [NODE], live);
    const { decision, state } = decide({ ...inputOf({ signals: THROTTLED }), resizeHeld });
    expect(decision).to.deep.include({ action: 'hold', mode: 'recommend' });
    expect(decision.to?.cpuLimitCores).to.equal(1.2);
    expect(decision.reason).to.match(/^Would resize: .*stack.yml can take it for the next deploy/);
    expect(state.applied).to.equal(null);
  });

  it('says so in the steps, and not in the reason, where nothing would change', () => {
    const { decision } = decide({ ...inputOf({}), resizeHeld: 'no resize here' });
    expect(rulesOf(decision)).to.include('in-place');
    expect(decision.reason).to.not.contain('no resize here');
  });
});

describe('surroundings that are not known', () => {
  const unknown = [
    'list of the LimitRanges was refused with 403',
    'list of the ResourceQuotas was refused with 403',
  ];

  it('stop no rescue, and are said once', () => {
    const decision = decideIn({ unknown, node: {} }, { signals: THROTTLED });
    expect(decision).to.deep.include({ action: 'resize', path: 'rescue' });
    expect(decision.to?.cpuLimitCores).to.equal(1.2);
    const said = decision.steps.filter(({ rule }) => rule === 'surroundings');
    expect(said).to.have.lengthOf(1);
    expect(said[0]?.why).to.equal(unknown.join('; '));
    expect(decision.reason).to.not.contain('403');
  });

  it('do not hide why nothing changes', () => {
    const decision = decideIn({ unknown }, {});
    expect(decision.reason).to.equal(decideIn({}, {}).reason);
  });

  it('are not spoken of where nobody asked', () => {
    expect(rulesOf(decide(inputOf({})).decision)).to.not.include('surroundings');
  });
});
