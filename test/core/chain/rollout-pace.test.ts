import { expect } from 'chai';
import { atRolloutPace } from '#core/chain/rollout-pace.ts';
import type { Decision } from '#core/messages/decision.ts';
import { firstContact, stateOf } from '#core/policy/bookkeeping.ts';
import type { FunctionState } from '#core/policy/state.ts';
import type { Resources } from '#core/usage/reading.ts';
import { NOW } from '../policy/situation.ts';
import { live } from './in-memory.ts';

const HOUR = 3_600_000;
const FROM = {
  cpuRequestCores: 0.2,
  cpuLimitCores: 1,
  memoryRequestBytes: 2 ** 28,
  memoryLimitBytes: 2 ** 29,
};
const target = live('f', { template: FROM });

/** First seen ten days ago; `changedAgo` and `shrunkAgo` in ms. */
function stateWith(changedAgo: number | null, shrunkAgo: number | null = null): FunctionState {
  const known = firstContact(target, NOW - 240 * HOUR);
  const seconds = (ago: number | null) => (ago === null ? null : 240 * 3600 - ago / 1000);
  return { ...known, changed: [seconds(changedAgo), null, null, null], shrunk: seconds(shrunkAgo) };
}

function paced(to: Resources, path: Decision['path'], before: FunctionState, template = FROM) {
  const decision: Decision = {
    ...{ namespace: 'openfaas-fn', name: 'f', cycle: 1, at: NOW, action: 'resize', mode: 'apply', path },
    ...{ from: FROM, to, reason: 'why', steps: [], outcomes: [] },
  };
  const state = { ...before, applied: to, appliedAt: NOW };
  return atRolloutPace({ target: { ...target, template }, decision, state, before, now: NOW });
}

const SAVES = { ...FROM, cpuRequestCores: 0.15 };
const GROWS = { ...FROM, cpuLimitCores: 2 };

describe('the pace of rollouts', () => {
  it('lets a saving of a fifth through, and holds a smaller one without remembering it as done', () => {
    expect(paced(SAVES, 'sizing', stateWith(null)).decision.action).to.equal('resize');
    const { decision, state } = paced({ ...FROM, cpuRequestCores: 0.17 }, 'sizing', stateWith(null));
    expect(decision).to.include({ action: 'hold' });
    expect(decision.reason).to.contain('15 %');
    expect(state).to.include({ applied: null, appliedAt: null });
  });

  it('does not count a lower limit as a saving where a request is what is reserved', () => {
    expect(paced({ ...FROM, cpuLimitCores: 0.3 }, 'sizing', stateWith(null)).decision.action).to.equal(
      'hold',
    );
  });

  it('leaves out what a forecast alone would raise', () => {
    const { decision, state } = paced({ ...SAVES, memoryLimitBytes: 2 ** 30 }, 'sizing', stateWith(null));
    expect(decision.to).to.deep.equal(SAVES);
    expect(state?.applied).to.deep.equal(SAVES);
    expect(paced(GROWS, 'sizing', stateWith(null)).decision.action).to.equal('hold');
  });

  it('raises for a rescue', () => {
    expect(paced(GROWS, 'rescue', stateWith(null)).decision).to.deep.include({ action: 'resize', to: GROWS });
  });

  it('holds everything for a day after a rollout', () => {
    for (const [to, path] of [
      [SAVES, 'sizing'],
      [GROWS, 'rescue'],
    ] as const) {
      const { decision } = paced(to, path, stateWith(23 * HOUR));
      expect(decision.reason).to.contain('23h ago, and there is one a day');
      expect(paced(to, path, stateWith(24 * HOUR)).decision.action).to.equal('resize');
    }
  });

  it('rescues at once from a shrink of the same day, and shrinks no more in it', () => {
    expect(paced(GROWS, 'rescue', stateWith(HOUR, HOUR)).decision.action).to.equal('resize');
    expect(paced(SAVES, 'sizing', stateWith(HOUR, HOUR)).decision.action).to.equal('hold');
  });

  it('says nothing of what the template has already', () => {
    expect(paced(SAVES, 'sizing', stateWith(0), SAVES).decision.action).to.equal('resize');
  });

  it('keeps the day, and the way back, over the deploy of what was decided', () => {
    const armed = [null, [200, 1] as [number, number], null, null];
    const before = { ...stateWith(HOUR, HOUR), applied: SAVES, appliedAt: NOW - HOUR, armed };
    const after = stateOf({ state: before, live: { ...target, template: SAVES }, now: NOW });
    expect(after).to.deep.include({ original: SAVES, applied: SAVES, armed, changed: before.changed });
    const redeployed = stateOf({ state: before, live: { ...target, template: GROWS }, now: NOW });
    expect(redeployed).to.deep.include({ original: GROWS, applied: null, changed: before.changed });
  });
});
