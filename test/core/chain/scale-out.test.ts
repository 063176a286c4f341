import { expect } from 'chai';
import { applyForecasts } from '#core/chain/apply.ts';
import type { LiveFunction, Scaler } from '#core/chain/ports.ts';
import { ForesizeError } from '#core/errors/error.ts';
import type { Decision } from '#core/messages/decision.ts';
import { NOTHING_KNOWN } from '#core/policy/surroundings.ts';
import { NOW } from '../policy/situation.ts';
import {
  APPLY_OPTIONS,
  applyPorts,
  CYCLE,
  forecast,
  forecasts,
  live,
  memoryState,
  signal,
} from './in-memory.ts';

const ALLOWED = {
  'foresize/mode': 'apply',
  'foresize/gate': 'off',
  'foresize/cpu-max': '500m',
  'foresize/replicas': 'scale',
};

function recordingScaler(result: 'applied' | 'failed' = 'applied'): Scaler & { readonly calls: unknown[] } {
  const calls: unknown[] = [];
  return {
    calls,
    scale({ namespace, name }, replicas) {
      calls.push([namespace, name, replicas]);
      return Promise.resolve({ result, detail: 'as told' });
    },
  };
}

describe('replicas of a decision', () => {
  /** Runs a cycle over one function in whose pod work takes four times as long, at its maximum. */
  async function cycle(
    more: Partial<LiveFunction>,
    scaler?: Scaler,
    { dryRun = false, state = memoryState(), at = 0 } = {},
  ) {
    const ports = applyPorts([live('a', { annotations: ALLOWED, ...more })], {
      clock: () => NOW + 1000 + 15_000 * at,
      workloads: { surroundings: () => Promise.resolve({ ...NOTHING_KNOWN, hpas: [] }) },
      state,
      ...(scaler && { scaler }),
    });
    const options = { ...APPLY_OPTIONS, dryRun };
    const message = forecasts([forecast('a')], { cycle: CYCLE + at });
    const report = await applyForecasts(message, ports, options, signal);
    const [decision] = report.decisions;
    if (decision === undefined) throw new ForesizeError('message-invalid', 'no decision');
    return { decision, remembered: state.stored.functions.get('openfaas-fn/a')?.scaled, state };
  }

  const outcome = ({ replicas }: Decision) => replicas?.outcome;

  it('are set where the function allows it, and what was there before is remembered', async () => {
    const scaler = recordingScaler();
    const { decision, remembered } = await cycle({}, scaler);
    expect(scaler.calls).to.deep.equal([['openfaas-fn', 'a', 5]]);
    expect(outcome(decision)).to.deep.equal({ result: 'applied', detail: 'as told' });
    expect(remembered).to.include({ before: 1, to: 5, left: null });
  });

  it('are not asked for again in the next cycle', async () => {
    const scaler = recordingScaler();
    const { state } = await cycle({}, scaler);
    const { remembered } = await cycle({ replicas: 5 }, scaler, { state, at: 1 });
    expect(scaler.calls).to.have.length(1);
    expect(remembered).to.include({ before: 1, to: 5 });
  });

  it('are only recommended where the function does not allow more', async () => {
    const scaler = recordingScaler();
    const annotations = { ...ALLOWED, 'foresize/replicas': 'recommend' };
    const { decision, remembered } = await cycle({ annotations }, scaler);
    expect(scaler.calls).to.deep.equal([]);
    expect(decision.replicas).to.include({ from: 1, to: 5 });
    expect(decision.replicas).not.to.have.property('outcome');
    expect(remembered).to.equal(null);
  });

  it('are only recommended where the mode is', async () => {
    const scaler = recordingScaler();
    const { decision } = await cycle({ annotations: { ...ALLOWED, 'foresize/mode': 'recommend' } }, scaler);
    expect(scaler.calls).to.deep.equal([]);
    expect(decision.replicas).to.include({ from: 1, to: 5 });
  });

  it('are left to OpenFaaS where its labels say that it scales the function', async () => {
    const scaler = recordingScaler();
    const { decision } = await cycle({ labels: { 'com.openfaas.scale.max': '10' } }, scaler);
    expect(scaler.calls).to.deep.equal([]);
    expect(outcome(decision)?.detail).to.contain('OpenFaaS scales it');
  });

  it('that could not be set are not remembered as set', async () => {
    const { decision, remembered } = await cycle({}, recordingScaler('failed'));
    expect(outcome(decision)).to.include({ result: 'failed' });
    expect(remembered).to.equal(null);
  });

  it('are not set in a dry run, nor by an actuator that changes no pods', async () => {
    const scaler = recordingScaler();
    expect(outcome((await cycle({}, scaler, { dryRun: true })).decision)).to.include({ result: 'dry-run' });
    expect(scaler.calls).to.deep.equal([]);
    expect(outcome((await cycle({})).decision)).to.include({ result: 'refused' });
  });
});
