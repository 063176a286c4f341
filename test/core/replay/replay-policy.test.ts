import { expect } from 'chai';
import type { Quantiles } from '#core/messages/forecast.ts';
import { replayPolicy, type PolicyReplayOptions } from '#core/replay/replay-policy.ts';
import { historyOf } from './histories.ts';

const MI = 2 ** 20;
const STEPS = 240;
const evenly = (value: number): Quantiles => ({ p50: value, p90: value, p95: value, p99: value });

function options(change: Partial<PolicyReplayOptions> = {}): PolicyReplayOptions {
  return {
    timing: { from: 40, to: STEPS, cadenceSteps: 4, delaySteps: 1 },
    cycleSteps: 1,
    phase: 0,
    start: { cpu: 0.1, memory: 64 * MI },
    annotations: { 'foresize/evidence': '5m', 'foresize/cooldown': '0s' },
    ...change,
  };
}

describe('the whole policy, replayed', () => {
  const quiet = historyOf(new Array<number>(STEPS).fill(0.02), new Array<number>(STEPS).fill(20 * MI));
  const peaks = () => ({ cpu: evenly(0.02), memory: evenly(20 * MI) });

  it('shrinks step by step to the forecast once there is evidence, and each resize takes effect after the delay', () => {
    const { requests, resizes } = replayPolicy(quiet, peaks, options());
    const evidenceSteps = 20;
    expect([...requests.cpu.subarray(0, evidenceSteps + 2)].every((value) => value === 0.1)).to.equal(true);
    expect([...new Set(requests.cpu)]).to.deep.equal([0.1, 0.05, 0.025]);
    expect(requests.memory.at(-1)).to.equal(22 * MI);
    const first = (resizes[0]?.at ?? NaN) - quiet.startMs;
    expect(requests.cpu[first / 15_000 + 1]).to.equal(0.1);
    expect(requests.cpu[first / 15_000 + 2]).to.equal(0.05);
  });

  it('shrinks nothing under the safe defaults of eight days', () => {
    const { requests, resizes } = replayPolicy(quiet, peaks, options({ annotations: {} }));
    expect(new Set(requests.cpu)).to.deep.equal(new Set([0.1]));
    expect(resizes).to.deep.equal([]);
  });

  it('grows at once on a forecast', () => {
    const seen = (step: number) => ({ cpu: evenly(step >= 100 ? 0.5 : 0.02), memory: evenly(20 * MI) });
    const busy = historyOf(
      Array.from({ length: STEPS }, (_, i) => (i >= 100 ? 0.5 : 0.02)),
      new Array<number>(STEPS).fill(20 * MI),
    );
    const { requests } = replayPolicy(busy, seen, options());
    expect(requests.cpu[101]).to.be.lessThan(0.1);
    expect(requests.cpu[107]).to.equal(0.55);
  });

  it('keeps the bounds that annotations set', () => {
    const annotations = { ...options().annotations, 'foresize/cpu-min': '80m' };
    expect(replayPolicy(quiet, peaks, options({ annotations })).requests.cpu.at(-1)).to.equal(0.08);
  });

  it('asks for forecasts once a cadence only, in the phase it was told', () => {
    const asked: number[] = [];
    const ask = (step: number) => {
      asked.push(step);
      return peaks();
    };
    replayPolicy(quiet, ask, options({ phase: 2, timing: { ...options().timing, to: 20 } }));
    expect(asked).to.deep.equal([2, 6, 10, 14, 18]);
  });

  it('does nothing on a record of gaps', () => {
    const gaps = historyOf(new Array<number>(STEPS).fill(NaN), new Array<number>(STEPS).fill(NaN));
    const { requests } = replayPolicy(gaps, () => ({ cpu: null, memory: null }), options());
    expect(new Set(requests.cpu)).to.deep.equal(new Set([0.1]));
  });

  it('shrinks nothing for five minutes after a kill, longer evidence not being asked for', () => {
    const kill = quiet.startMs + 25 * 15_000;
    const killed = { ...quiet, oomKillsMs: [kill] };
    const firstOf = (history: typeof quiet) => replayPolicy(history, peaks, options()).resizes[0]?.at ?? NaN;
    expect(firstOf(quiet) - quiet.startMs).to.equal(20 * 15_000);
    const early = { ...quiet, oomKillsMs: [quiet.startMs + 10 * 15_000] };
    expect(firstOf(early) - (quiet.startMs + 10 * 15_000)).to.be.at.least(300_000);
    expect(firstOf(killed)).to.equal(firstOf(quiet));
  });

  it('refuses a wrong annotation', () => {
    const annotations = { 'foresize/evidence': 'long' };
    expect(() => replayPolicy(quiet, peaks, options({ annotations }))).to.throw(/foresize\/evidence: "long"/);
  });
});
