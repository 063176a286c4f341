import { expect } from 'chai';
import { decideOn, HOUR, MI, MINUTE, next, NOW, SIZES, type Situation, watched } from './situation.ts';

const throttled = { stretch: 3, throttledPeriods: 40 } as const;
const latency = { 'foresize/cpu-limit': 'latency', 'foresize/latency-budget': '200ms' } as const;

describe('rescue from throttling', () => {
  it('raises the CPU limit to 1.2 × where work is no longer slowed, in one resize', () => {
    const { decision } = decideOn({
      sizes: { cpuLimitCores: 0.3, cpuRequestCores: 0.02 },
      signals: throttled,
    });
    expect(decision).to.include({ action: 'resize', path: 'rescue' });
    expect(decision.to?.cpuLimitCores).to.equal(1.44);
    expect(decision.reason).to.contain('CPU limit 300m → 1440m').and.contain('4 times as long');
  });

  it('raises it to a core at least, so that no burst of a thread waits for the next period', () => {
    const sizes = { cpuLimitCores: 0.1, cpuRequestCores: 0.02 };
    expect(decideOn({ sizes, signals: throttled }).decision.to?.cpuLimitCores).to.equal(1);
  });

  it('raises it to the user’s original at least', () => {
    const sizes = { cpuLimitCores: 0.1, cpuRequestCores: 0.02 };
    const template = { ...SIZES, cpuLimitCores: 1.5 };
    const state = { ...watched(NOW - HOUR), original: template, applied: { ...SIZES, ...sizes } };
    const { decision } = decideOn({ sizes, template, state, signals: throttled });
    expect(decision.to?.cpuLimitCores).to.equal(1.5);
  });

  const factors: readonly [string, number, number][] = [
    ['at least doubles', 0.1, 1],
    ['takes the slowdown where it is larger', 3, 0.5 * 1.2 * 4],
  ];
  for (const [what, stretch, cores] of factors) {
    it(what, () => {
      const { decision } = decideOn({ signals: { ...throttled, stretch } });
      expect(decision.to?.cpuLimitCores).to.be.closeTo(cores, 1e-9);
    });
  }

  it('takes the calls known now where they need more', () => {
    const calls = { cpuSecondsPerCall: 0.2, callsStartedPerSecond: 10, callsInFlight: 60 };
    const { decision } = decideOn({ signals: { ...throttled, ...calls } });
    expect(decision.to?.cpuLimitCores).to.be.closeTo(1.5 * (10 * 0.2 + (60 * 0.2) / 30), 1e-9);
  });

  it('divides the calls by the pods that share them', () => {
    const calls = { cpuSecondsPerCall: 0.2, callsStartedPerSecond: 20 };
    const pods = [{}, { pod: 'qrcode-2' }];
    const { decision } = decideOn({ signals: { ...throttled, ...calls }, pods });
    expect(decision.to?.cpuLimitCores).to.be.closeTo(3, 1e-9);
  });

  it('meets a step from 18 millicores to one core by one resize', () => {
    const sizes = { cpuRequestCores: 0.02, cpuLimitCores: 0.1 };
    const step: Situation = {
      sizes,
      template: { ...SIZES, ...sizes },
      signals: { stretch: 8.9, throttledPeriods: 150, callsStartedPerSecond: 10, callsInFlight: 130 },
    };
    const first = decideOn(step);
    expect(first.decision.to?.cpuLimitCores).to.be.at.least(1);
    const stale = { stretch: null, throttledPeriods: 0, callsStartedPerSecond: 10, callsInFlight: 20 };
    const second = decideOn({ ...next(step, first), signals: stale });
    expect(second.decision.action).to.equal('hold');
  });

  it('rescues a function called once an hour: idle periods do not dilute the stretch', () => {
    const sizes = { cpuRequestCores: 0.02, cpuLimitCores: 0.1 };
    const signals = { stretch: 8, throttledPeriods: 12, callsStartedPerSecond: 0, lastCpuCores: 0.001 };
    const { decision } = decideOn({ sizes, template: { ...SIZES, ...sizes }, signals, cpu: 0.002 });
    expect(decision.to?.cpuLimitCores).to.be.closeTo(0.1 * 1.2 * 9, 1e-9);
  });

  it('does not act twice on what was read before the last resize', () => {
    const first = decideOn({ signals: throttled });
    const again = decideOn({ ...next({}, first, 0), signals: throttled });
    expect(again.decision.action).to.equal('hold');
  });

  it('does not raise further while a resize is not in force yet', () => {
    const first = decideOn({ signals: throttled });
    const pending = { ...next({}, first), pods: [{ inForce: SIZES }], signals: throttled };
    expect(decideOn(pending).decision.action).to.equal('hold');
  });

  it('ignores tolerance and cooldown, but not the bounds', () => {
    const bounded = { signals: throttled, annotations: { 'foresize/cpu-max': '550m' } };
    expect(decideOn(bounded).decision.to?.cpuLimitCores).to.equal(0.55);
    expect(decideOn({ signals: throttled, nodeCores: 1 }).decision.to?.cpuLimitCores).to.equal(1);
  });

  const quiet: readonly [string, Situation][] = [
    ['the stretch is below 0.1', { signals: { stretch: 0.09, throttledPeriods: 40 } }],
    ['fewer than three periods were throttled', { signals: { stretch: 3, throttledPeriods: 2 } }],
    ['the limit is to be left alone', { signals: throttled, annotations: { 'foresize/cpu-limit': 'none' } }],
    ['there is no limit', { signals: throttled, sizes: { cpuLimitCores: null } }],
  ];
  for (const [what, situation] of quiet) {
    it(`does nothing where ${what}`, () => {
      const { decision } = decideOn(situation);
      expect(decision.action).to.equal('hold');
      expect(decision.to?.cpuLimitCores).to.equal(decision.from?.cpuLimitCores);
    });
  }

  it('acts in every cycle, on old evidence too', () => {
    const { decision } = decideOn({ signals: throttled, age: 10 * MINUTE });
    expect(decision).to.include({ action: 'resize', path: 'rescue' });
  });
});

describe('rescue with a latency budget', () => {
  it('grows by how far the p95 is over it, between 1.25 and 4, not to the original', () => {
    for (const [p95, cores] of [
      [0.21, 0.625],
      [0.5, 1.25],
      [9, 2],
    ] as const) {
      const signals = { ...throttled, durationP95Seconds: p95, durationCalls: 5 };
      expect(decideOn({ annotations: latency, signals }).decision.to?.cpuLimitCores).to.be.closeTo(
        cores,
        1e-9,
      );
    }
  });

  it('lets throttling be while the p95 is within it', () => {
    const signals = { ...throttled, durationP95Seconds: 0.19, durationCalls: 50 };
    expect(decideOn({ annotations: latency, signals }).decision.action).to.equal('hold');
  });

  it('quadruples where no call finishes and more than three wait', () => {
    const signals = { ...throttled, durationP95Seconds: null, durationCalls: 0, callsInFlight: 4 };
    expect(decideOn({ annotations: latency, signals }).decision.to?.cpuLimitCores).to.equal(2);
    expect(
      decideOn({ annotations: latency, signals: { ...signals, callsInFlight: 3 } }).decision.action,
    ).to.equal('hold');
  });

  it('remembers for a day the limit that broke it', () => {
    const signals = { ...throttled, durationP95Seconds: 0.5, durationCalls: 5 };
    const { state } = decideOn({ annotations: latency, signals });
    expect(state.latencyFloor).to.deep.equal({ cores: 0.625, until: NOW + 24 * HOUR });
  });
});

describe('rescue at start-up', () => {
  const starting = { notReady: true, notReadyThrottled: true, stretch: null } as const;

  it('gives a pod that is held back a core, or what starting in two seconds takes', () => {
    expect(decideOn({ signals: starting }).decision.to?.cpuLimitCores).to.equal(1);
    const heavy = { ...starting, cpuSecondsUntilReady: 5 };
    expect(decideOn({ signals: heavy }).decision.to?.cpuLimitCores).to.equal(2.5);
  });

  it('does nothing for a pod that is not held back', () => {
    expect(decideOn({ signals: { ...starting, notReadyThrottled: false } }).decision.action).to.equal('hold');
  });

  it('is done once', () => {
    const first = decideOn({ signals: starting });
    expect(decideOn({ ...next({}, first), signals: starting }).decision.action).to.equal('hold');
  });
});

describe('rescue from out of memory', () => {
  const kill = (atMs: number, limit: number | null) => ({ oomKills: [{ atMs, memoryLimitBytes: limit }] });

  it('gives half more than the limit at the kill, at least 16 MiB', () => {
    const at = NOW - MINUTE;
    expect(decideOn({ signals: kill(at, 256 * MI) }).decision.to?.memoryLimitBytes).to.equal(384 * MI);
    const small = { memoryLimitBytes: 20 * MI, memoryRequestBytes: 10 * MI };
    const tiny = { ...kill(at, 20 * MI), lastMemoryBytes: 9 * MI, maximumMemoryBytes: 9 * MI };
    const { decision } = decideOn({
      sizes: small,
      template: { ...SIZES, ...small },
      signals: tiny,
      memory: 9 * MI,
    });
    expect(decision.to?.memoryLimitBytes).to.equal(36 * MI);
    expect(decision).to.include({ action: 'resize', path: 'rescue' });
  });

  it('answers each kill once', () => {
    const signals = kill(NOW - MINUTE, 256 * MI);
    const first = decideOn({ signals });
    expect(decideOn({ ...next({}, first), signals }).decision.action).to.equal('hold');
  });

  it('takes another pod killed at the old limit for the same event', () => {
    const first = decideOn({ signals: kill(NOW - MINUTE, 256 * MI) });
    const second = decideOn({ ...next({}, first), signals: kill(NOW - MINUTE / 2, 256 * MI) });
    expect(second.decision.action).to.equal('hold');
    expect(second.state.oom?.count).to.equal(1);
  });

  it('doubles in a loop, and names a leak at the third kill in a row', () => {
    const first = decideOn({ signals: kill(NOW - MINUTE, 256 * MI) });
    const later = { ...next({}, first, 10 * MINUTE), signals: kill(NOW + 9 * MINUTE, 384 * MI) };
    const second = decideOn(later);
    expect(second.decision.to?.memoryLimitBytes).to.equal(768 * MI);
    const third = decideOn({
      ...next(later, second, 60 * MINUTE),
      signals: kill(NOW + 69 * MINUTE, 768 * MI),
    });
    expect(third.decision.to?.memoryLimitBytes).to.equal(1152 * MI);
    expect(third.decision.reason).to.contain('3 times in a row').and.contain('leak');
  });

  it('names a leak at the third kill at the maximum too, where nothing is left to grow', () => {
    const annotations = { 'foresize/memory-max': '256Mi' };
    let situation: Situation = { annotations, signals: kill(NOW - MINUTE, 256 * MI) };
    let decided = decideOn(situation);
    for (const hour of [1, 2]) {
      const signals = kill(NOW + hour * HOUR - MINUTE, 256 * MI);
      situation = { ...next(situation, decided, HOUR), signals };
      decided = decideOn(situation);
    }
    const { action, reason } = decided.decision;
    expect(action).to.equal('hold');
    expect(reason).to.contain(
      '3 times in a row: this looks like a leak; a memory limit may be at most 256Mi',
    );
  });

  it('needs no forecast, and stays within the maximum', () => {
    const situation = { signals: kill(NOW - MINUTE, 256 * MI), cpu: null, memory: null, age: null };
    expect(decideOn(situation).decision.to?.memoryLimitBytes).to.equal(384 * MI);
    const bounded = { ...situation, annotations: { 'foresize/memory-max': '300Mi' } };
    expect(decideOn(bounded).decision.to?.memoryLimitBytes).to.equal(300 * MI);
  });

  it('repeats its advice in recommend mode, where nothing is answered', () => {
    const situation = {
      signals: kill(NOW - MINUTE, 256 * MI),
      annotations: { 'foresize/mode': 'recommend' },
    };
    const first = decideOn(situation);
    expect(first.decision.action).to.equal('hold');
    expect(first.decision.reason).to.contain('Would resize: Memory limit 256Mi → 384Mi');
    const again = decideOn({ ...situation, now: NOW + 15_000, state: first.state });
    expect(again.decision.to?.memoryLimitBytes).to.equal(384 * MI);
  });

  it('lowers nothing in the same cycle, though the evidence would allow it', () => {
    const use = {
      lastCpuCores: 0.01,
      maximumCpuCores: 0.01,
      lastMemoryBytes: 40 * MI,
      maximumMemoryBytes: 40 * MI,
    };
    const annotations = { 'foresize/evidence': '4h', 'foresize/cooldown': '0s' };
    const state = watched(NOW - 6 * HOUR, use, annotations);
    const calm = { state, annotations, signals: use, cpu: 0.01, memory: 40 * MI };
    expect(decideOn(calm).decision.to?.cpuRequestCores).to.be.below(0.1);
    const { to } = decideOn({ ...calm, signals: { ...use, ...throttled } }).decision;
    expect(to?.cpuRequestCores).to.equal(0.1);
    expect(to?.memoryRequestBytes).to.equal(128 * MI);
  });
});
