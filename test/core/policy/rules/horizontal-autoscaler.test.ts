import { expect } from 'chai';
import type { HpaFacts } from '#core/chain/ports.ts';
import type { Decision } from '#core/messages/decision.ts';
import { decide } from '#core/policy/decide.ts';
import { NOTHING_KNOWN } from '#core/policy/surroundings.ts';
import { HOUR, inputOf, MI, NOW, type Situation, watched } from '../situation.ts';

const GROWING: Situation = { cpu: 0.3, memory: 200 * MI, signals: { lastMemoryBytes: 190 * MI } };

function decideBeside(metric: HpaFacts['metrics'][number], situation = GROWING, target = 'qrcode'): Decision {
  const hpa: HpaFacts = { name: 'scaler', target, minReplicas: 1, maxReplicas: 5, metrics: [metric] };
  return decide({ ...inputOf(situation), surroundings: { ...NOTHING_KNOWN, hpas: [hpa] } }).decision;
}

describe('a HorizontalPodAutoscaler', () => {
  it('that divides CPU by its request keeps that request, and only that, from being sized', () => {
    const decision = decideBeside({ resource: 'cpu', kind: 'Utilization' });
    expect(decision.to?.cpuRequestCores).to.equal(0.1);
    expect(decision.to?.memoryRequestBytes).to.equal(220 * MI);
    const said = decision.steps.find(({ rule }) => rule === 'horizontal-autoscaler');
    expect(said?.why).to.equal(
      'not changed to 330m: the HorizontalPodAutoscaler scaler scales by cpu ÷ request',
    );
  });

  it('that divides memory by its request keeps that one', () => {
    const { to } = decideBeside({ resource: 'memory', kind: 'Utilization' });
    expect(to).to.include({ cpuRequestCores: 0.33, memoryRequestBytes: 128 * MI });
  });

  it('that compares use with a value, or counts something else, keeps nothing', () => {
    for (const kind of ['AverageValue', 'other'] as const) {
      expect(decideBeside({ resource: 'cpu', kind }).to?.cpuRequestCores).to.equal(0.33);
    }
    expect(decideBeside({ resource: null, kind: 'other' }).to?.cpuRequestCores).to.equal(0.33);
  });

  it('of another function keeps nothing', () => {
    const { to } = decideBeside({ resource: 'cpu', kind: 'Utilization' }, GROWING, 'figlet');
    expect(to?.cpuRequestCores).to.equal(0.33);
  });

  it('does not stand in the way of a rescue, whose limit grows', () => {
    const starving = { signals: { stretch: 3, throttledPeriods: 100 } };
    const decision = decideBeside({ resource: 'cpu', kind: 'Utilization' }, starving);
    expect(decision.action).to.equal('resize');
    expect(decision.to).to.include({ cpuLimitCores: 2.4, cpuRequestCores: 0.1 });
  });

  it('holds what sizing wants of the limits of a Guaranteed pod, which are its requests', () => {
    const sizes = {
      cpuRequestCores: 0.5,
      cpuLimitCores: 0.5,
      memoryRequestBytes: 256 * MI,
      memoryLimitBytes: 256 * MI,
    };
    const situation: Situation = { sizes, pods: [{ qosClass: 'Guaranteed' }], memory: 400 * MI };
    expect(decideBeside({ resource: 'cpu', kind: 'Utilization' }, situation).to?.memoryLimitBytes).to.equal(
      480 * MI,
    );
    expect(
      decideBeside({ resource: 'memory', kind: 'Utilization' }, situation).to?.memoryLimitBytes,
    ).to.equal(256 * MI);
  });
});

describe('a target of CPU that OpenFaaS Pro scales by', () => {
  const scaledAt = (target: string, cpuLimit: number, type = 'cpu'): number | null | undefined => {
    const labels = { 'com.openfaas.scale.type': type, 'com.openfaas.scale.target': target };
    const annotations = {
      'foresize/cpu-limit': 'latency',
      'foresize/latency-budget': '1s',
      'foresize/evidence': '1h',
      'foresize/cooldown': '0s',
    };
    const sizes = { cpuLimitCores: cpuLimit };
    const state = watched(NOW - 3 * HOUR);
    return decide(inputOf({ labels, annotations, sizes, state })).decision.to?.cpuLimitCores;
  };

  it('leaves a limit that shrinks at 1.5 × the target', () => {
    expect(scaledAt('100', 0.5)).to.equal(scaledAt('100', 0.5, 'rps'));
    expect(scaledAt('300', 0.5, 'rps')).to.be.below(0.45);
    expect(scaledAt('300', 0.5)).to.equal(0.45);
  });

  it('does not raise what a user set lower, and lets it shrink no further', () => {
    expect(scaledAt('400', 0.5)).to.equal(0.5);
  });

  it('counts only where it is a number', () => {
    expect(scaledAt('many', 0.5)).to.equal(scaledAt('100', 0.5));
  });
});
