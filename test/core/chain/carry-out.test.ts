import { expect } from 'chai';
import { announce } from '#core/chain/announce.ts';
import { carryOut } from '#core/chain/carry-out.ts';
import type { Actuator, LiveFunction, PodNews, PodOutcome } from '#core/chain/ports.ts';
import type { Decision } from '#core/messages/decision.ts';
import { firstContact } from '#core/policy/bookkeeping.ts';
import type { FunctionState } from '#core/policy/state.ts';
import { writeState } from '#core/policy/written-state.ts';
import { NO_RESOURCES } from '../../support/no-resources.ts';
import { MINUTE, NOW } from '../policy/situation.ts';
import { live, recordingActuator, signal } from './in-memory.ts';

const TO = { ...NO_RESOURCES, cpuLimitCores: 0.9, memoryLimitBytes: 2 ** 29 };
const target = live('f');

function decisionOf(more: Partial<Decision> = {}): Decision {
  const about = { namespace: 'openfaas-fn', name: 'f', cycle: 1, at: NOW, from: target.template, to: TO };
  const nothing = { steps: [], outcomes: [] };
  return { ...about, ...nothing, action: 'resize', mode: 'apply', path: 'sizing', reason: 'Grows', ...more };
}

const before = firstContact(target, NOW - MINUTE);
const decided: FunctionState = { ...before, applied: TO, appliedAt: NOW };

const carry = (
  actuator: Actuator,
  more: {
    now?: number;
    state?: FunctionState;
    dryRun?: boolean;
    decision?: Decision;
    target?: LiveFunction;
  } = {},
) =>
  carryOut(
    { target, decision: decisionOf(), before, state: decided, now: NOW, dryRun: false, ...more },
    actuator,
    signal,
  );

function answering(more: Partial<PodOutcome>) {
  const actuator = recordingActuator();
  return {
    ...actuator,
    plan: (about: LiveFunction, to: typeof TO) =>
      Object.values(to).every((value) => value === null) ? [] : actuator.plan(about, to),
    apply: async (change: Parameters<Actuator['apply']>[0]) => ({
      ...(await actuator.apply(change, signal)),
      ...more,
    }),
  };
}

const INFEASIBLE = { condition: 'Infeasible', detail: 'Infeasible: too much' } as const;
const BOTH = ['cpu', 'memory'] as const;

describe('carrying out', () => {
  it('says at each later cycle what still waits, and asks for nothing', async () => {
    const actuator = recordingActuator();
    const resize = { reason: 'Deferred', message: 'no room' };
    const waiting = { ...target, pods: target.pods.map((pod) => ({ ...pod, resize })) };
    const decision = decisionOf({ action: 'hold', reason: 'Nothing to do' });
    const carried = await carry(actuator, { target: waiting, decision });
    expect(carried.decision.reason).to.equal(
      'Nothing to do; f-1 waits for its last resize, Deferred: no room',
    );
    expect(carried.decision.outcomes).to.deep.equal([
      { pod: 'f-1', result: 'pending', condition: 'Deferred', detail: 'Deferred: no room' },
    ]);
    expect(actuator.changes).to.be.empty;
  });

  it('asks again for what was refused after five minutes, then ten, and never remembers it as done', async () => {
    const actuator = answering({ result: 'refused', refused: BOTH, ...INFEASIBLE });
    let state = decided;
    const asked: number[] = [];
    for (let minute = 0; minute <= 16; minute += 1) {
      const now = NOW + minute * MINUTE;
      const carried = await carry(actuator, { now, state: { ...state, applied: TO } });
      state = carried.state ?? state;
      expect(state.applied).to.equal(null);
      if (carried.decision.action === 'resize') asked.push(minute);
      else
        expect(carried.decision.reason).to.match(
          /^Backed off: Grows; refused before: cpu -\/900m, asked for again in/,
        );
    }
    expect(asked).to.deep.equal([0, 5, 15]);
    expect(actuator.changes).to.have.length(3);
  });

  it('asks at once for other sizes, and for the same of a new pod', async () => {
    const actuator = answering({ result: 'refused', refused: BOTH, ...INFEASIBLE });
    const { state } = await carry(actuator);
    const other = decisionOf({ to: { ...TO, cpuLimitCores: 0.8 } });
    await carry(actuator, { state: state!, decision: other });
    expect(actuator.changes[1]?.to).to.deep.equal({ ...NO_RESOURCES, cpuLimitCores: 0.8 });
    const replaced = { ...target, pods: target.pods.map((pod) => ({ ...pod, pod: 'f-2' })) };
    await carry(actuator, { state: state!, target: replaced });
    expect(actuator.changes[2]?.to).to.deep.equal(TO);
  });

  it('remembers as done what was not refused', async () => {
    const actuator = answering({ result: 'applied', refused: ['memory'], ...INFEASIBLE });
    const { state } = await carry(actuator);
    expect(state?.applied).to.include({
      cpuLimitCores: 0.9,
      memoryLimitBytes: target.pods[0]?.desired.memoryLimitBytes,
    });
    expect(state?.backOff).to.have.length(1);
    expect(state?.backOff[0]).to.deep.include({ sizes: 'memory -/512Mi', pods: ['1'], tries: 1 });
  });

  it('makes room for what was refused in the state of a function', async () => {
    const reason = 'a reason that fills what is left '.repeat(30);
    const state = { ...decided, decisions: [{ at: NOW, action: 'resize', reason }] };
    const refused = await carry(answering({ result: 'refused', refused: BOTH, ...INFEASIBLE }), { state });
    expect(refused.state?.backOff).to.have.length(2);
    expect(writeState(refused.state!).length).to.be.at.most(1024);
  });

  it('changes nothing in a dry run, and says so', async () => {
    const actuator = recordingActuator();
    const carried = await carry(actuator, { dryRun: true });
    expect(carried.decision.outcomes).to.deep.equal([
      { pod: 'f-1', result: 'dry-run', detail: 'dry run: planned only' },
    ]);
    expect(actuator.changes).to.be.empty;
    expect(carried.taken).to.equal(false);
  });
});

describe('news', () => {
  const toldOf = (more: Partial<Decision>): PodNews[] => {
    const told: PodNews[] = [];
    announce(decisionOf(more), target, { announce: (news) => told.push(news) });
    return told;
  };

  it('is a resize, a rollback, and what is infeasible, at the pod', () => {
    const applied = { pod: 'f-1', result: 'applied', detail: 'in force' } as const;
    expect(toldOf({ outcomes: [applied] })).to.deep.equal([
      { pod: target.pods[0], kind: 'FunctionResized', message: 'Grows' },
    ]);
    const refused = { pod: 'f-1', result: 'refused', ...INFEASIBLE } as const;
    expect(toldOf({ outcomes: [refused] }).map(({ kind, message }) => [kind, message])).to.deep.equal([
      ['ResizeInfeasible', 'Infeasible: too much'],
    ]);
  });

  it('is none while a pod waits as before, or was not asked', () => {
    const waits = { pod: 'f-1', result: 'pending', condition: 'Deferred', detail: 'Deferred' } as const;
    const held = { pod: 'f-1', result: 'refused', condition: 'BackOff', detail: '' } as const;
    expect(toldOf({ action: 'hold', outcomes: [waits, held] })).to.be.empty;
  });
});
