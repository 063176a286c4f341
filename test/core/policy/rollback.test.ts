import { expect } from 'chai';
import type { Decision } from '#core/messages/decision.ts';
import type { Signals } from '#core/messages/usage.ts';
import { armedShrink } from '#core/policy/armed.ts';
import { quarantineOf } from '#core/policy/quarantine.ts';
import { decide } from '#core/policy/decide.ts';
import type { ResourceName } from '#core/policy/resources.ts';
import { rolledBack } from '#core/policy/rules/rollback.ts';
import type { FunctionState } from '#core/policy/state.ts';
import { NOTHING_KNOWN } from '#core/policy/surroundings.ts';
import {
  DAY,
  decideOn,
  HOUR,
  inputOf,
  MI,
  MINUTE,
  next,
  NOW,
  SIZES,
  type Situation,
  watched,
} from './situation.ts';

const QUIET = {
  lastCpuCores: 0.01,
  maximumCpuCores: 0.01,
  lastMemoryBytes: 40 * MI,
  maximumMemoryBytes: 40 * MI,
};
const ANNOTATIONS = {
  'foresize/evidence': '4h',
  'foresize/memory-shrink': 'in-place',
  'foresize/cpu-limit': 'latency',
  'foresize/latency-budget': '200ms',
};
const SLOW = { stretch: 1, throttledPeriods: 30, durationP95Seconds: 0.3 } as const;

type Done = ReturnType<typeof decideOn>;

const idle = (
  annotations: Record<string, string> = ANNOTATIONS,
  use: Partial<Signals> = QUIET,
): Situation => ({
  state: watched(NOW - 6 * HOUR, use, annotations),
  annotations,
  signals: use,
  cpu: 0.01,
  memory: 40 * MI,
});

/** The function a quarter of an hour after all four of its sizes were lowered, with what is said of it now. */
function shrunk(signals: Partial<Signals> = {}, more: Partial<Situation> = {}): Situation {
  const situation = idle();
  const done = decideOn(situation);
  expect(done.decision.to).to.deep.equal({
    cpuRequestCores: 0.05,
    cpuLimitCores: 0.4,
    memoryRequestBytes: 64 * MI,
    memoryLimitBytes: 231 * MI,
  });
  return { ...next(situation, done, HOUR / 4), ...more, signals: { ...QUIET, ...signals } };
}

const killed = (agoMs: number, limitMi = 231): Partial<Signals> => ({
  oomKills: [{ atMs: NOW + HOUR / 4 - agoMs, memoryLimitBytes: limitMi * MI }],
});
const restarted = (agoMs: number): Partial<Signals> => ({ restartedAtMs: NOW + HOUR / 4 - agoMs });

const isArmed = (state: FunctionState, name: ResourceName): boolean => armedShrink(state, name) !== null;

describe('a shrink', () => {
  it('is remembered with what was there before, until it has proved itself', () => {
    const { state } = shrunk();
    expect(armedShrink(state!, 'cpu-limit')).to.deep.equal({ was: 0.5, atMs: NOW });
    expect(armedShrink(state!, 'memory-request')).to.deep.equal({ was: 128 * MI, atMs: NOW });
  });

  it('of several in a row is the last', () => {
    const one = shrunk();
    const two = decideOn({ ...one, now: NOW + HOUR });
    expect(two.decision.to?.cpuRequestCores).to.equal(0.025);
    expect(armedShrink(two.state, 'cpu-request')).to.deep.equal({ was: 0.05, atMs: NOW + HOUR });
  });

  it('that was not carried out, because the function is only advised on, arms nothing', () => {
    const { state } = decideOn({ ...idle(), annotations: { ...ANNOTATIONS, 'foresize/mode': 'recommend' } });
    expect(state.armed).to.deep.equal([null, null, null, null]);
  });

  it('needs no way back once it has grown to where it was', () => {
    const half = decideOn({ ...shrunk({ lastCpuCores: 0.07, maximumCpuCores: 0.07 }), cpu: 0.07 });
    expect(half.decision.to?.cpuRequestCores).to.equal(0.077);
    expect(isArmed(half.state, 'cpu-request')).to.equal(true);
    const whole = decideOn({ ...shrunk({ lastCpuCores: 0.1, maximumCpuCores: 0.1 }), cpu: 0.1 });
    expect([isArmed(whole.state, 'cpu-request'), isArmed(whole.state, 'memory-request')]).to.deep.equal([
      false,
      true,
    ]);
  });

  it('has no way back once the user has deployed other sizes', () => {
    const { state } = decideOn({ ...shrunk(), template: { ...SIZES, cpuLimitCores: 0.45 } });
    expect(state.armed).to.deep.equal([null, null, null, null]);
  });

  /** Hour by hour from the shrink on, with this share of the highest use on record. */
  function later(hours: number, share: number): FunctionState {
    let done = shrunk().state!;
    for (let hour = 1; hour <= hours; hour += 1) {
      const use = { lastCpuCores: 0.01 * share, lastMemoryBytes: 40 * MI * share };
      const situation = { ...shrunk(), now: NOW + hour * HOUR, state: done, cpu: null, memory: null };
      done = decideOn({ ...situation, signals: { ...QUIET, ...use } }).state;
    }
    return done;
  }

  it('stays armed for a day, however much is used', () => {
    expect(isArmed(later(23, 1), 'memory-limit')).to.equal(true);
  });

  it('has proved itself when use came back to nine tenths of the record and a day is over', () => {
    expect(later(25, 0.95).armed).to.deep.equal([null, null, null, null]);
  });

  it('stays armed over a quiet weekend, and for no longer than the record of eight days', () => {
    expect(isArmed(later(60, 0.5), 'memory-limit')).to.equal(true);
    expect(later(10 * 24, 0.5).armed).to.deep.equal([null, null, null, null]);
  });
});

describe('a failure after a shrink', () => {
  const cases: readonly [string, Partial<Signals>, readonly ResourceName[]][] = [
    ['a kill for want of memory is about memory', killed(MINUTE), ['memory-limit', 'memory-request']],
    [
      'the restart that follows a kill says nothing more',
      { ...killed(5 * MINUTE), ...restarted(MINUTE) },
      ['memory-limit', 'memory-request'],
    ],
    ['throttling over the budget is about the CPU limit', SLOW, ['cpu-limit']],
    [
      'a restart of which nothing is known is about all that shrank',
      restarted(MINUTE),
      ['cpu-limit', 'cpu-request', 'memory-limit', 'memory-request'],
    ],
    ['slow calls without throttling are not the limit’s fault', { durationP95Seconds: 3 }, []],
    ['throttling within the budget hurts nobody', { ...SLOW, durationP95Seconds: 0.1 }, []],
    ['two throttled periods say nothing', { ...SLOW, throttledPeriods: 2 }, []],
    ['a kill before the shrink is not its doing', killed(16 * MINUTE), []],
    ['a restart before the shrink is not its doing', restarted(16 * MINUTE), []],
    ['a kill at the limit of before is about the request only', killed(MINUTE, 256), ['memory-request']],
  ];
  for (const [what, signals, resources] of cases) {
    it(`undoes what it is about: ${what}`, () => {
      const { decision, state } = decideOn(shrunk(signals));
      expect(rolledBack(decision)).to.deep.equal(resources);
      for (const resource of resources) expect(isArmed(state, resource)).to.equal(false);
    });
  }

  describe('that is a restart', () => {
    const ended = (
      exitCode: number,
      signals: Partial<Signals>,
      agoMs = 2 * MINUTE,
    ): readonly ResourceName[] => {
      const situation = shrunk({ ...restarted(MINUTE), ...signals });
      const lastTermination = { reason: 'Error', exitCode, atMs: NOW + HOUR / 4 - agoMs };
      const pods = [{ desired: { ...SIZES, ...situation.sizes }, restarts: 1, lastTermination }];
      return rolledBack(decideOn({ ...situation, pods }).decision);
    };
    const ALL = ['cpu-limit', 'cpu-request', 'memory-limit', 'memory-request'];

    it('after a stop from outside is about CPU, and the limit only if that may have throttled', () => {
      for (const exitCode of [0, 143, 137]) {
        expect(ended(exitCode, { stretch: 0.02 })).to.deep.equal(['cpu-request']);
        expect(ended(exitCode, { stretch: 0.2 })).to.deep.equal(['cpu-limit', 'cpu-request']);
        expect(ended(exitCode, { stretch: null })).to.deep.equal(['cpu-limit', 'cpu-request']);
        expect(ended(exitCode, { notReadyThrottled: true })).to.deep.equal(['cpu-limit', 'cpu-request']);
      }
    });

    it('of a Guaranteed pod gives back limit and request alike, and neither shrinks again', () => {
      const sizes = { ...SIZES, cpuRequestCores: 0.5, memoryRequestBytes: 256 * MI };
      const qosClass = 'Guaranteed' as const;
      const before = { ...idle(), sizes, template: sizes, pods: [{ qosClass }] };
      const done = decideOn(before);
      expect(done.decision.to).to.include({ cpuRequestCores: 0.4, cpuLimitCores: 0.4 });
      const failing = next(before, done, HOUR / 4);
      const lastTermination = { reason: 'Error', exitCode: 143, atMs: NOW + HOUR / 4 - 2 * MINUTE };
      const signals = { ...QUIET, ...restarted(MINUTE), stretch: 0.02 };
      const undone = decideOn({
        ...failing,
        signals,
        pods: [{ qosClass, restarts: 1, lastTermination, desired: { ...SIZES, ...failing.sizes } }],
      });
      expect(undone.decision.to).to.include({ cpuRequestCores: 0.5, cpuLimitCores: 0.5 });
      expect(rolledBack(undone.decision)).to.deep.equal(['cpu-limit', 'cpu-request']);
      const [, ofRequest] = undone.state.quarantine;
      const later = {
        ...next({ ...before, signals: QUIET }, undone, 1.25 * HOUR + MINUTE),
        pods: [{ qosClass }],
      };
      // Only the request's is left, as after a deploy that made the pod Guaranteed.
      const state = { ...undone.state, quarantine: [null, ofRequest ?? null, null, null] };
      const held = decideOn({ ...later, state }).decision;
      expect(held.to).to.include({ cpuRequestCores: 0.5, cpuLimitCores: 0.5 });
      expect(held.steps.map(({ rule }) => rule)).to.contain('quarantine');
    });

    it('after a crash is about all that shrank, as is one whose end is not known or was another', () => {
      expect(ended(1, {})).to.deep.equal(ALL);
      expect(ended(139, {})).to.deep.equal(ALL);
      expect(ended(143, {}, HOUR)).to.deep.equal(ALL);
    });
  });

  it('gives back what was there, or a fifth more than there is', () => {
    const { decision } = decideOn(shrunk(restarted(MINUTE)));
    expect(decision).to.include({ action: 'resize', path: 'rescue' });
    expect(decision.to).to.deep.equal({ ...SIZES, memoryLimitBytes: 278 * MI });
  });

  it('is told as a sentence', () => {
    const { decision } = decideOn(shrunk(restarted(MINUTE)));
    expect(decision.reason)
      .to.contain('CPU request 50m → 100m')
      .and.contain(
        'rolled back, since its container was restarted after it was lowered 15m ago; it will not shrink for 1d',
      );
  });

  it('takes what rescue raises where that is more, and says so too', () => {
    const { decision, state } = decideOn(shrunk({ ...SLOW, durationP95Seconds: 0.6 }));
    expect(decision.to?.cpuLimitCores).to.be.closeTo(1.2, 1e-9);
    expect(decision.reason).to.contain('rolled back');
    expect(quarantineOf(state, 'cpu-limit', NOW + HOUR)).to.not.equal(null);
  });

  it('does not blame a shrink that is not in force yet', () => {
    const situation = shrunk(killed(MINUTE));
    const pods = [{ desired: { ...SIZES, ...situation.sizes }, inForce: SIZES }];
    expect(rolledBack(decideOn({ ...situation, pods }).decision)).to.deep.equal([]);
  });

  it('is answered once', () => {
    const situation = shrunk(restarted(MINUTE));
    const first = decideOn(situation);
    const second = decideOn(next(situation, first));
    expect(rolledBack(second.decision)).to.deep.equal([]);
    expect(second.state.quarantine).to.deep.equal(first.state.quarantine);
  });

  it('keeps a maximum', () => {
    const annotations = { ...ANNOTATIONS, 'foresize/memory-max': '240Mi' };
    const { decision } = decideOn(shrunk(restarted(MINUTE), { annotations }));
    expect(decision.to?.memoryLimitBytes).to.equal(240 * MI);
  });

  it('that a quota left unanswered is answered once there is room, as the same rollback', () => {
    const full = { ...SIZES, cpuRequestCores: null, memoryRequestBytes: null };
    const quotas = [{ name: 'team', hard: full, used: full }];
    const starving = shrunk({ ...SLOW, durationP95Seconds: 0.21 });
    const held = decide({ ...inputOf(starving), surroundings: { ...NOTHING_KNOWN, quotas } });
    expect(held.decision.to?.cpuLimitCores).to.equal(0.4);
    expect(quarantineOf(held.state, 'cpu-limit', NOW + HOUR)?.count).to.equal(1);
    expect(isArmed(held.state, 'cpu-limit')).to.equal(true);
    const later = { ...starving, now: NOW + HOUR / 4 + MINUTE, state: held.state };
    const freed = decideOn(later);
    expect(freed.decision.to?.cpuLimitCores).to.equal(0.5);
    expect(isArmed(freed.state, 'cpu-limit')).to.equal(false);
    expect(freed.state.quarantine).to.deep.equal(held.state.quarantine);
  });

  it('is answered once where a maximum keeps it from being undone', () => {
    const annotations = { ...ANNOTATIONS, 'foresize/memory-max': '240Mi' };
    const situation = shrunk(restarted(MINUTE), { annotations });
    const first = decideOn(situation);
    expect(isArmed(first.state, 'memory-limit')).to.equal(true);
    const second = decideOn({ ...next(situation, first), annotations });
    expect(rolledBack(second.decision)).to.deep.equal([]);
  });
});

describe('quarantine', () => {
  const KEEP = { 'foresize/evidence': '4h' };

  /** The memory of a function that was rolled back `count` times, the last time at NOW. */
  function inQuarantine(count = 1): FunctionState {
    const state = watched(NOW - 6 * HOUR, QUIET, KEEP);
    return { ...state, quarantine: [null, null, null, [(6 * HOUR) / 1000, count]] };
  }

  const at = (now: number, state: FunctionState): Done => {
    // What happened since is told hour by hour, so that the evidence has no hole.
    let known = state;
    for (let hour = NOW; hour < now; hour += HOUR) {
      const quiet = { ...idle(KEEP), now: hour, state: known, cpu: null, memory: null };
      known = decideOn(quiet).state;
    }
    return decideOn({ ...idle(KEEP), now, state: { ...known, sizedAt: null } });
  };

  const memoryOf = ({ decision }: Done): number | null | undefined => decision.to?.memoryRequestBytes;
  const whyOf = ({ steps }: Decision): string =>
    steps.find(({ rule }) => rule === 'quarantine')?.why ?? 'no quarantine';

  it('holds that resource only, and says for how long', () => {
    const done = at(NOW + 3 * HOUR, inQuarantine());
    expect(memoryOf(done)).to.equal(128 * MI);
    expect(done.decision.to?.cpuRequestCores).to.equal(0.05);
    expect(whyOf(done.decision)).to.contain('rolled back 3h ago, and may shrink again in 21h');
  });

  it('forbids no growth', () => {
    const busy = { ...QUIET, lastMemoryBytes: 200 * MI, maximumMemoryBytes: 200 * MI };
    const situation = { ...idle(KEEP), state: inQuarantine(), signals: busy, memory: 200 * MI };
    expect(memoryOf(decideOn(situation))).to.equal(220 * MI);
  });

  for (const [count, days] of [
    [1, 1],
    [2, 2],
    [3, 4],
    [4, 8],
    [5, 8],
  ] as const) {
    it(`lasts ${days === 1 ? 'a day' : `${days} days`} after rollback ${count}, and ends`, () => {
      expect(memoryOf(at(NOW + days * DAY - MINUTE, inQuarantine(count)))).to.equal(128 * MI);
      expect(memoryOf(at(NOW + days * DAY, inQuarantine(count)))).to.equal(64 * MI);
    });
  }

  it('doubles with a rollback in the eight days after it, and is forgotten then', () => {
    const again = (now: number): number | undefined => {
      const one = inQuarantine();
      const armed = { ...one, armed: [null, null, null, [128, (now - HOUR - one.firstSeenAt) / 1000]] };
      const situation = { ...idle(KEEP), now, sizes: { memoryRequestBytes: 64 * MI } };
      const state = armed as FunctionState;
      const done = decideOn({ ...situation, state, signals: { ...QUIET, restartedAtMs: now - MINUTE } });
      expect(rolledBack(done.decision)).to.deep.equal(['memory-request']);
      return quarantineOf(done.state, 'memory-request', now)?.count;
    };
    expect(again(NOW + 9 * DAY - MINUTE)).to.equal(2);
    expect(again(NOW + 9 * DAY)).to.equal(1);
  });

  it('outlives a new deployment, with the same sizes or with others', () => {
    for (const template of [SIZES, { ...SIZES, cpuLimitCores: 1 }]) {
      const sizes = template;
      const { state } = decideOn({ ...idle(KEEP), state: inQuarantine(), template, sizes });
      const done = decideOn({ ...idle(KEEP), now: NOW + HOUR, state, template, sizes });
      expect(memoryOf(done)).to.equal(128 * MI);
      expect(whyOf(done.decision)).to.contain('rolled back');
    }
  });
});
