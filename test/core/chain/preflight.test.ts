import { expect } from 'chai';
import { applyForecasts, type ApplyPorts } from '#core/chain/apply.ts';
import type { Actuator, QuotaFacts, Surroundings } from '#core/chain/ports.ts';
import type { Decision } from '#core/messages/decision.ts';
import { NOTHING_KNOWN } from '#core/policy/surroundings.ts';
import { NOW, SIZES } from '../policy/situation.ts';
import {
  APPLY_OPTIONS,
  applyPorts,
  forecast,
  forecasts,
  live,
  recordingActuator,
  signal,
} from './in-memory.ts';

const NAMES = ['a', 'b'];

/** The decisions about two starving functions whose rescue asks for 2.4 cores each. */
async function decideIn(
  surroundings: ApplyPorts['workloads']['surroundings'],
  actuator: Actuator = recordingActuator(),
): Promise<readonly Decision[]> {
  const ports = applyPorts(
    NAMES.map((name) => live(name)),
    { clock: () => NOW, workloads: surroundings ? { surroundings } : {}, actuator },
  );
  const message = forecasts(NAMES.map((name) => forecast(name)));
  return (await applyForecasts(message, ports, APPLY_OPTIONS, signal)).decisions;
}

const limitsOf = (decisions: readonly Decision[]) => decisions.map(({ to }) => to?.cpuLimitCores);

const withRoom = (cores: number): Surroundings => {
  const none = { cpuRequestCores: null, memoryRequestBytes: null, memoryLimitBytes: null };
  const quota: QuotaFacts = {
    name: 'team',
    hard: { ...none, cpuLimitCores: 1 + cores },
    used: { ...none, cpuLimitCores: 1 },
  };
  return { ...NOTHING_KNOWN, servesResize: true, quotas: [quota] };
};

describe('the functions of a cycle', () => {
  it('share the room that a quota leaves, one after the other', async () => {
    const decisions = await decideIn(() => Promise.resolve(withRoom(2)));
    expect(limitsOf(decisions)).to.deep.equal([2.4, 0.6]);
    expect(decisions[1]?.reason).to.contain('the ResourceQuota team has 100m CPU limit left');
  });

  it('get what they need where nothing is known, and where nobody can say', async () => {
    expect(limitsOf(await decideIn(() => Promise.resolve(NOTHING_KNOWN)))).to.deep.equal([2.4, 2.4]);
    expect(limitsOf(await decideIn(undefined))).to.deep.equal([2.4, 2.4]);
  });

  it('are advised on, and left alone, where running pods cannot be resized', async () => {
    const actuator = recordingActuator();
    const decisions = await decideIn(
      () => Promise.resolve({ ...NOTHING_KNOWN, servesResize: false }),
      actuator,
    );
    expect(decisions.map(({ action, mode }) => [action, mode])).to.deep.equal([
      ['hold', 'recommend'],
      ['hold', 'recommend'],
    ]);
    expect(decisions[0]?.reason).to.contain('stack.yml can take it for the next deploy');
    expect(actuator.changes).to.deep.equal([]);
  });

  it('are sized by an actuator that resizes no running pods, wherever that is', async () => {
    const actuator: Actuator = { ...recordingActuator(), name: 'stack' };
    const decisions = await decideIn(
      () => Promise.resolve({ ...NOTHING_KNOWN, servesResize: false }),
      actuator,
    );
    expect(decisions.map(({ action, from }) => [action, from])).to.deep.equal([
      ['resize', SIZES],
      ['resize', SIZES],
    ]);
  });
});
