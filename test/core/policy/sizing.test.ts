import { expect } from 'chai';
import type { Decision } from '#core/messages/decision.ts';
import {
  DAY,
  decideOn,
  HOUR,
  MI,
  MINUTE,
  next,
  NOW,
  SIZES,
  type Situation,
  UID,
  watched,
} from './situation.ts';

const QUIET = {
  lastCpuCores: 0.01,
  maximumCpuCores: 0.01,
  lastMemoryBytes: 40 * MI,
  maximumMemoryBytes: 40 * MI,
};
const FOUR_HOURS = { 'foresize/evidence': '4h' };
/** 59 minutes ago, for a function first seen six hours ago, in the state's seconds. */
const AN_HOUR_AGO = (6 * HOUR - 59 * MINUTE) / 1000;

/** A function that has used little for six hours, of which four are asked for. */
const idle = (): Situation => ({
  state: watched(NOW - 6 * HOUR, QUIET, FOUR_HOURS),
  annotations: FOUR_HOURS,
  signals: QUIET,
  cpu: 0.01,
  memory: 40 * MI,
});

const whyOf = (decision: Decision, rule: string): string =>
  decision.steps
    .filter((step) => step.rule === rule)
    .map((step) => step.why)
    .join('; ');

describe('sizing grows on a forecast', () => {
  it('reserves the p90 of CPU and the p95 of memory with a tenth over', () => {
    const { decision } = decideOn({ cpu: 0.2, memory: 150 * MI });
    expect(decision).to.include({ action: 'resize', path: 'sizing' });
    expect(decision.to).to.include({ cpuRequestCores: 0.22, memoryRequestBytes: 165 * MI });
    expect(decision.reason).to.contain('CPU request 100m → 220m').and.contain('memory request 128Mi → 165Mi');
  });

  it('leaves a CPU limit alone with keep, and asks for no more than it', () => {
    const { decision } = decideOn({ cpu: 3 });
    expect(decision.to).to.include({ cpuLimitCores: 0.5, cpuRequestCores: 0.499 });
  });

  it('raises a memory limit above the forecast, however little is missing', () => {
    const signals = { lastMemoryBytes: 200 * MI, maximumMemoryBytes: 200 * MI };
    expect(decideOn({ memory: 260 * MI, signals }).decision.to?.memoryLimitBytes).to.equal(260 * MI);
  });

  it('does not follow a forecast above the highest use on record while use is low', () => {
    const signals = { lastCpuCores: 0.05, maximumCpuCores: 0.2 };
    const { decision } = decideOn({ cpu: 0.4, signals });
    expect(decision.to?.cpuRequestCores).to.equal(0.22);
    expect(whyOf(decision, 'cpu-request')).to.contain('400m, kept to the highest use on record, 200m, × 1.1');
  });

  it('follows a forecast a tenth above the highest use on record until it could take growth back', () => {
    const busy = { ...QUIET, lastCpuCores: 0.2, maximumCpuCores: 0.2, lastMemoryBytes: 200 * MI };
    const sizes = { memoryLimitBytes: 512 * MI };
    const rising = { sizes, cpu: 0.4, memory: 400 * MI, signals: busy, annotations: FOUR_HOURS };
    const { decision } = decideOn({ ...rising, state: watched(NOW - 3 * HOUR, QUIET, FOUR_HOURS) });
    expect(decision.to).to.include({ cpuRequestCores: 0.242, memoryRequestBytes: 242 * MI });
    expect(whyOf(decision, 'cpu-request')).to.contain(
      '400m, kept to 1.1 × the highest use on record, 200m (growth could not be taken back: 3h of use known, 4h needed), × 1.1',
    );
    const known = { ...rising, state: watched(NOW - 6 * HOUR, QUIET, FOUR_HOURS) };
    expect(decideOn(known).decision.to).to.include({
      cpuRequestCores: 0.44,
      memoryRequestBytes: 440 * MI,
    });
  });

  it('holds what is within 15 %', () => {
    const { decision } = decideOn({ cpu: 0.104 });
    expect(decision.action).to.equal('hold');
    expect(whyOf(decision, 'tolerance')).to.contain('15 %');
  });

  it('happens once a minute', () => {
    const first = decideOn({ cpu: 0.09 });
    expect(decideOn({ ...next({}, first), cpu: 0.2 }).decision.action).to.equal('hold');
    expect(decideOn({ ...next({}, first, MINUTE - 5000), cpu: 0.2 }).decision.action).to.equal('resize');
  });

  const held: readonly [string, Situation, string][] = [
    ['evidence older than two minutes', { cpu: 0.3, age: 121_000 }, '2m1s old'],
    ['no sample at all', { cpu: 0.3, age: null }, 'No sample'],
    ['no forecast', { cpu: null, memory: null }, 'no forecast'],
    ['no pod', { cpu: 0.3, pods: [] }, 'No pod'],
  ];
  for (const [what, situation, why] of held) {
    it(`holds on ${what}, and says so`, () => {
      const { decision } = decideOn(situation);
      expect(decision.action).to.equal('hold');
      expect(decision.reason).to.contain(why);
    });
  }
});

describe('sizing shrinks on evidence', () => {
  it('halves requests at most, and says where it is going', () => {
    const { decision } = decideOn(idle());
    expect(decision.to).to.deep.equal({ ...SIZES, cpuRequestCores: 0.05, memoryRequestBytes: 64 * MI });
    expect(decision.reason).to.contain('on the way to 11m');
  });

  it('needs the whole window', () => {
    const { decision } = decideOn({ ...idle(), state: watched(NOW - 3 * HOUR, QUIET, FOUR_HOURS) });
    expect(decision.action).to.equal('hold');
    expect(decision.reason).to.contain('3h of use known, 4h needed');
  });

  it('needs the window without a hole', () => {
    const state = watched(NOW - 6 * HOUR, QUIET, FOUR_HOURS);
    const cpu = state.hourly.cpu.map((value, index) => (index === 4 ? null : value));
    const { decision } = decideOn({ ...idle(), state: { ...state, hourly: { ...state.hourly, cpu } } });
    expect(decision.to?.cpuRequestCores).to.equal(0.1);
    expect(decision.to?.memoryRequestBytes).to.equal(64 * MI);
  });

  it('keeps the highest use of the window, plus margin, inside', () => {
    const state = watched(NOW - 6 * HOUR, QUIET, FOUR_HOURS);
    const cpu = state.hourly.cpu.map((value, index) => (index === 4 ? 70 : value));
    const { decision } = decideOn({ ...idle(), state: { ...state, hourly: { ...state.hourly, cpu } } });
    expect(decision.to?.cpuRequestCores).to.equal(0.077);
  });

  it('tells how far back the record reaches where the window is shorter than its hours', () => {
    const state = watched(NOW - 6 * HOUR, QUIET, FOUR_HOURS);
    const cpu = state.hourly.cpu.map((value, index, { length }) => (index === length - 1 ? 70 : value));
    const annotations = { 'foresize/evidence': '90s' };
    const { decision } = decideOn({
      ...idle(),
      annotations,
      state: { ...state, hourly: { ...state.hourly, cpu } },
    });
    expect(whyOf(decision, 'evidence')).to.contain('of the last 1h, 70m');
  });

  describe('with more pods than there may be', () => {
    const NOT_SHARED = { lastTotalCpuCores: 0.01, maximumTotalCpuCores: 0.01 };
    const shared = { ...QUIET, lastTotalCpuCores: 0.06, maximumTotalCpuCores: 0.06 };
    const sized = (labels: Record<string, string>, known = shared): Decision => {
      const state = watched(NOW - 6 * HOUR, known, FOUR_HOURS);
      const pods = [{}, { pod: 'qrcode-2', uid: 'pod-2' }];
      return decideOn({ ...idle(), state, signals: shared, labels, pods }).decision;
    };

    it('leaves room for what all of them use, in as many as there are at least', () => {
      const alone = sized({});
      expect(alone.to?.cpuRequestCores).to.equal(0.066);
      expect(whyOf(alone, 'evidence')).to.contain('60m a pod at the minimum of 1 replica');
      expect(sized({ 'com.openfaas.scale.min': 'many' }).to?.cpuRequestCores).to.equal(0.066);
    });

    it('shrinks to the use of the busiest where as many stay', () => {
      expect(
        sized({ 'com.openfaas.scale.min': '6' }, { ...shared, ...NOT_SHARED }).to?.cpuRequestCores,
      ).to.equal(0.05);
    });
  });

  it('remembers a busy day for eight', () => {
    const state = watched(NOW - 9 * DAY, QUIET);
    const calm = { ...idle(), annotations: {}, state };
    expect(decideOn(calm).decision.to?.cpuRequestCores).to.equal(0.05);
    const cpu = state.daily.cpu.map((value, index) => (index === 1 ? 95 : value));
    const busy = { ...state, daily: { ...state.daily, cpu } };
    expect(decideOn({ ...calm, state: busy }).decision.to?.cpuRequestCores).to.equal(0.1);
  });

  it('takes the shortened evidence of a demonstration at its word', () => {
    const annotations = { 'foresize/evidence': '90s' };
    const first = decideOn({ now: NOW - 2 * MINUTE, annotations, signals: QUIET });
    const young = { startedAtMs: NOW - 100_000 };
    const later = decideOn({ ...idle(), annotations, state: first.state, pods: [young] });
    expect(later.decision.to?.memoryRequestBytes).to.equal(64 * MI);
  });

  const holding: readonly [string, string, (situation: Situation) => Situation][] = [
    [
      'a pod is younger than five minutes',
      'settled-pods',
      (calm) => ({ ...calm, pods: [{ startedAtMs: NOW - 4 * MINUTE }] }),
    ],
    ['a pod is not ready', 'settled-pods', (calm) => ({ ...calm, pods: [{ ready: false }] })],
    [
      'use reached a limit less than five minutes ago',
      'uncensored',
      (calm) => ({ ...calm, signals: { ...QUIET, censoredAtMs: NOW - 4 * MINUTE } }),
    ],
    [
      'its last change was less than an hour ago',
      'cooldown',
      (calm) => ({
        ...calm,
        state: {
          ...watched(NOW - 6 * HOUR, QUIET, FOUR_HOURS),
          changed: [null, AN_HOUR_AGO, null, AN_HOUR_AGO],
        },
      }),
    ],
  ];
  for (const [what, rule, change] of holding) {
    it(`waits while ${what}`, () => {
      const { decision } = decideOn(change(idle()));
      expect(decision.action).to.equal('hold');
      expect(whyOf(decision, rule)).to.contain('not lowered');
    });
  }

  it('takes a trigger that comes half a cycle early for the end of the cooldown', () => {
    const after = (6 * HOUR - 60 * MINUTE) / 1000;
    const decideAt = (seconds: number) => {
      const changed = [null, null, null, seconds];
      return decideOn({ ...idle(), state: { ...watched(NOW - 6 * HOUR, QUIET, FOUR_HOURS), changed } })
        .decision;
    };
    expect(decideAt(after + 7).to?.memoryRequestBytes).to.be.below(
      decideAt(after + 8).to?.memoryRequestBytes ?? 0,
    );
  });

  it('waits for the cooldown of that resource only', () => {
    const changed = [null, AN_HOUR_AGO, null, null];
    const calm = idle();
    const { decision } = decideOn({
      ...calm,
      state: { ...watched(NOW - 6 * HOUR, QUIET, FOUR_HOURS), changed },
    });
    expect(decision.action).to.equal('resize');
    expect(decision.to?.cpuRequestCores).to.equal(decision.from?.cpuRequestCores);
    expect(decision.to?.memoryRequestBytes).to.be.below(decision.from?.memoryRequestBytes ?? 0);
  });

  it('goes on after the cooldown, down to the need and no further', () => {
    const one = decideOn(idle());
    const situations = [next(idle(), one, HOUR)];
    const two = decideOn(situations[0]!);
    expect(two.decision.to).to.include({ cpuRequestCores: 0.025, memoryRequestBytes: 44 * MI });
  });

  it('lowers a memory limit only where asked to, by a tenth at most', () => {
    expect(decideOn(idle()).decision.to?.memoryLimitBytes).to.equal(256 * MI);
    expect(whyOf(decideOn(idle()).decision, 'memory-limit')).to.contain('left to the next deploy');
    const annotations = { ...FOUR_HOURS, 'foresize/memory-shrink': 'in-place' };
    expect(decideOn({ ...idle(), annotations }).decision.to?.memoryLimitBytes).to.equal(231 * MI);
  });

  it('keeps a minimum', () => {
    const annotations = { ...FOUR_HOURS, 'foresize/cpu-min': '80m', 'foresize/memory-min': '100Mi' };
    expect(decideOn({ ...idle(), annotations }).decision.to).to.include({
      cpuRequestCores: 0.08,
      memoryRequestBytes: 100 * MI,
    });
  });

  it('lowers a CPU limit within the latency budget, but not to one that broke it', () => {
    const annotations = {
      ...FOUR_HOURS,
      'foresize/cpu-limit': 'latency',
      'foresize/latency-budget': '200ms',
    };
    expect(decideOn({ ...idle(), annotations }).decision.to?.cpuLimitCores).to.equal(0.4);
    const state = {
      ...watched(NOW - 6 * HOUR, QUIET, FOUR_HOURS),
      latencyFloor: { cores: 0.45, until: NOW + HOUR },
    };
    expect(decideOn({ ...idle(), annotations, state }).decision.to?.cpuLimitCores).to.equal(0.5);
    const few = { ...QUIET, durationCalls: 99 };
    expect(decideOn({ ...idle(), annotations, signals: few }).decision.to?.cpuLimitCores).to.equal(0.5);
    const starts = { ...QUIET, cpuSecondsUntilReady: 0.9 };
    expect(decideOn({ ...idle(), annotations, signals: starts }).decision.to?.cpuLimitCores).to.equal(0.45);
  });
});

describe('quality of service', () => {
  const guaranteed = { ...SIZES, cpuRequestCores: 0.5, memoryRequestBytes: 256 * MI };

  it('keeps requests equal to limits in a Guaranteed pod', () => {
    const signals = { stretch: 1, throttledPeriods: 10 };
    const { to } = decideOn({
      sizes: guaranteed,
      template: guaranteed,
      pods: [{ qosClass: 'Guaranteed' }],
      signals,
    }).decision;
    expect(to).to.include({ cpuLimitCores: 1.2, cpuRequestCores: 1.2, memoryRequestBytes: 256 * MI });
  });

  it('keeps a Burstable pod from becoming Guaranteed', () => {
    const sizes = { ...SIZES, memoryRequestBytes: 256 * MI };
    const { to } = decideOn({
      sizes,
      template: sizes,
      cpu: 2,
      signals: { lastMemoryBytes: 250 * MI },
      memory: 250 * MI,
    }).decision;
    expect(to?.cpuRequestCores).to.be.below(to?.cpuLimitCores ?? 0);
  });

  it('keeps a Burstable pod so at a limit that is its minimum, by a limit above the minimum', () => {
    const sizes = { ...SIZES, memoryRequestBytes: 100 * MI, memoryLimitBytes: 128 * MI };
    const annotations = { 'foresize/memory-min': '128Mi' };
    const { to } = decideOn({ sizes, template: sizes, annotations }).decision;
    expect(to).to.include({ memoryRequestBytes: 128 * MI, memoryLimitBytes: 129 * MI });
  });

  it('leaves unset what is unset', () => {
    const sizes = { ...SIZES, cpuLimitCores: null, memoryRequestBytes: null };
    const { to } = decideOn({ sizes, template: sizes, cpu: 0.8, memory: 240 * MI }).decision;
    expect(to).to.include({ cpuLimitCores: null, memoryRequestBytes: null, cpuRequestCores: 0.88 });
  });
});

describe('new pods and new deployments', () => {
  const decided = { ...SIZES, cpuLimitCores: 1, cpuRequestCores: 0.08 };
  const state = () => ({
    ...watched(NOW - HOUR),
    applied: decided,
    appliedAt: NOW - HOUR,
    sizedAt: NOW - 15_000,
  });

  it('brings a new pod that is too small to the last decision at once', () => {
    const pods = [{ desired: decided }, { pod: 'qrcode-2', desired: SIZES, startedAtMs: NOW - 5000 }];
    const { decision } = decideOn({ state: state(), pods });
    expect(decision).to.include({ action: 'resize', path: 'none' });
    expect(decision.to).to.deep.equal(decided);
    expect(decision.reason).to.contain('qrcode-2 is brought to the last decision').and.contain('500m → 1');
  });

  it('leaves a new pod that is only too large to start first', () => {
    const shrunk = { ...SIZES, cpuRequestCores: 0.05 };
    const stray = (startedAtMs: number): Situation => ({
      state: { ...state(), applied: shrunk },
      pods: [{ desired: shrunk }, { pod: 'qrcode-2', desired: SIZES, startedAtMs }],
    });
    expect(decideOn(stray(NOW - MINUTE)).decision).to.include({ action: 'hold', path: 'none' });
    expect(decideOn(stray(NOW - 6 * MINUTE)).decision.action).to.equal('resize');
  });

  it('takes a changed template for what the user wants now', () => {
    const deployed = { ...SIZES, cpuLimitCores: 2 };
    const { decision, state: after } = decideOn({ state: state(), template: deployed, sizes: deployed });
    expect(decision.action).to.equal('hold');
    expect(after).to.deep.include({ original: deployed, applied: null });
  });

  it('forgets a function of the same name that was removed', () => {
    const { state: after } = decideOn({ state: { ...state(), uid: 'another' } });
    expect(after).to.deep.include({ uid: UID, firstSeenAt: NOW, applied: null });
  });
});

describe('what is not sized', () => {
  it('is skipped where the mode is off, or it is part of Foresize', () => {
    const off = decideOn({ cpu: 1, annotations: { 'foresize/mode': 'off' } }).decision;
    expect(off).to.include({ action: 'skip', to: null });
    const own = decideOn({ cpu: 1, labels: { 'app.kubernetes.io/part-of': 'foresize' } }).decision;
    expect(own.action).to.equal('skip');
    expect(own.reason).to.contain('its own functions');
  });

  it('is only advised on in recommend mode', () => {
    const { decision, state } = decideOn({ cpu: 0.3, annotations: { 'foresize/mode': 'recommend' } });
    expect(decision.action).to.equal('hold');
    expect(decision.to?.cpuRequestCores).to.equal(0.33);
    expect(decision.reason).to.match(/^Would resize: CPU request 100m → 330m.*\(mode recommend\)$/);
    expect(state.applied).to.equal(null);
  });
});
