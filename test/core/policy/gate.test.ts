import { expect } from 'chai';
import fc from 'fast-check';
import type { Evidence } from '#core/messages/forecast.ts';
import { decide } from '#core/policy/decide.ts';
import { isSame } from '#core/policy/resources.ts';
import { type FunctionState, functionStateSchema } from '#core/policy/state.ts';
import { inputOf, MI, MINUTE, NOW, SIZES, type Situation } from './situation.ts';

const SPAN = 49 * MINUTE;
const ON = { 'foresize/gate': 'on' };

interface Past {
  readonly samples?: number;
  readonly short?: number;
  readonly skill?: number | null;
}

const evidenceOf = ({ samples = 196, short = 0, skill = 0.9 }: Past): Partial<Evidence> => ({
  replay: { samples, spanMs: SPAN, shortCpu: short, shortMemory: 0 },
  skill: { cpu: skill, memory: 1 },
});

function decideAfter(past: Past | null, situation: Situation) {
  const input = inputOf({ annotations: ON, ...situation });
  const evidence = { ...input.forecast.evidence, ...(past === null ? {} : evidenceOf(past)) };
  return decide({ ...input, forecast: { ...input.forecast, evidence } });
}

/** The state after disjoint windows of such pasts, the last one at NOW. */
function after(...pasts: readonly Past[]): FunctionState | undefined {
  let state: FunctionState | undefined;
  pasts.forEach((past, index) => {
    const now = NOW - (pasts.length - 1 - index) * SPAN;
    ({ state } = decideAfter(past, { now, state, annotations: { ...ON, 'foresize/mode': 'recommend' } }));
  });
  return state;
}

const isOpen = (state: FunctionState | undefined): boolean => state?.gate?.cpu[0] === 1;
const good: Past = {};
const many = (past: Past, count: number): Past[] => new Array<Past>(count).fill(past);

describe('the gate', () => {
  it('is closed before anything is proved, and says what sizing would do', () => {
    const { decision } = decideAfter(null, { cpu: 0.3 });
    expect(decision.action).to.equal('hold');
    expect(decision.reason).to.match(/not changed to 330m: .*proved.*0 of the 100 samples/);
  });

  it('stays closed until a hundred samples were judged', () => {
    expect(decideAfter({ samples: 99 }, { cpu: 0.3 }).decision.action).to.equal('hold');
    expect(decideAfter({ samples: 100 }, { cpu: 0.3 }).decision.action).to.equal('resize');
  });

  it('opens on a past in which one sample in a hundred was short and the model as good as persistence', () => {
    const { decision } = decideAfter({ short: 1, skill: 1 }, { cpu: 0.3 });
    expect(decision.action).to.equal('resize');
    expect(decision.to?.cpuRequestCores).to.equal(0.33);
  });

  it('names the share of samples short, and the skill, that keep it closed', () => {
    expect(decideAfter({ short: 10 }, { cpu: 0.3 }).decision.reason).to.include('5.1 % of 196 samples');
    expect(decideAfter({ skill: 1.31 }, { cpu: 0.3 }).decision.reason).to.include("1.31 times persistence's");
  });

  it('of one metric does not hold the other', () => {
    const { decision } = decideAfter({ skill: 1.31 }, { cpu: 0.3, memory: 200 * MI });
    expect(decision.to?.cpuRequestCores).to.equal(SIZES.cpuRequestCores);
    expect(decision.to?.memoryRequestBytes).to.equal(220 * MI);
  });

  it('counts no sample twice', () => {
    let state = after(good);
    for (let minute = 1; minute < 49; minute += 6) {
      ({ state } = decideAfter({ short: 90 }, { now: NOW + minute * MINUTE, state }));
    }
    expect(isOpen(state)).to.equal(true);
    ({ state } = decideAfter({ short: 90 }, { now: NOW + SPAN, state }));
    expect(isOpen(state)).to.equal(false);
  });

  it('bears one jump of demand once it is open, and not the next right after it', () => {
    expect(isOpen(after({ short: 5 }))).to.equal(false);
    expect(isOpen(after(good, { short: 5 }))).to.equal(true);
    expect(isOpen(after(good, { short: 5 }, { short: 9 }))).to.equal(false);
  });

  it('closes when the model goes bad, and opens again when it is good again', () => {
    expect(isOpen(after(...many(good, 24)))).to.equal(true);
    const bad = [...many(good, 24), ...many({ short: 40, skill: 1.4 }, 8)];
    expect(isOpen(after(...bad))).to.equal(false);
    expect(isOpen(after(...bad, ...many(good, 24 * 7)))).to.equal(true);
  });

  it('lets a rescue pass while it is closed', () => {
    const { decision } = decideAfter({ short: 90 }, { signals: { stretch: 3, throttledPeriods: 30 } });
    expect(decision).to.include({ action: 'resize', path: 'rescue' });
    expect(decision.to?.cpuLimitCores).to.be.at.least(2.4);
    expect(decision.to?.cpuRequestCores).to.equal(SIZES.cpuRequestCores);
  });

  it('keeps advice as it is in recommend mode', () => {
    const annotations = { ...ON, 'foresize/mode': 'recommend' };
    const { decision } = decideAfter({ short: 90 }, { cpu: 0.3, annotations });
    expect(decision.reason).to.match(/^Would resize: CPU request 100m → 330m/);
  });

  it('does nothing when it is off', () => {
    const { decision } = decideAfter({ short: 90 }, { cpu: 0.3, annotations: { 'foresize/gate': 'off' } });
    expect(decision.action).to.equal('resize');
  });

  const cores = fc.double({ min: 0, max: 8, noNaN: true });

  it('never lets a forecast change a size while it is closed', () => {
    fc.assert(
      fc.property(cores, fc.double({ min: 0, max: 2 ** 34, noNaN: true }), (cpu, memory) => {
        const input = inputOf({ annotations: ON, cpu, memory, state: after({ short: 90, skill: 3 }) });
        const evidence = { ...input.forecast.evidence, skill: { cpu: 3, memory: 3 } };
        const replay = { samples: 196, spanMs: SPAN, shortCpu: 90, shortMemory: 90 };
        const forecast = { ...input.forecast, evidence: { ...evidence, replay } };
        const { decision } = decide({ ...input, forecast, state: undefined });
        expect(decision.action).to.equal('hold');
        expect(decision.to !== null && isSame(decision.to, SIZES)).to.equal(true);
      }),
      { numRuns: 100 },
    );
  });

  it('stays small and finite whatever the past was', () => {
    const past = fc.record({
      samples: fc.integer({ min: 1, max: 2880 }),
      short: fc.nat({ max: 2880 }),
      skill: fc.option(fc.double({ min: 0, max: 1e6, noNaN: true }), { nil: null }),
    });
    fc.assert(
      fc.property(fc.array(past, { minLength: 1, maxLength: 20 }), (pasts) => {
        const gate = after(...pasts)?.gate ?? null;
        expect(JSON.stringify(gate).length).to.be.below(120);
        expect(JSON.stringify(gate)).to.not.match(/NaN|Infinity/);
        if (gate !== null) expect(gate.of).to.be.below(3e5);
      }),
      { numRuns: 50 },
    );
  });

  it('is closed in a state that was written without it', () => {
    const { gate, ...earlier } = after(good) ?? {};
    expect(gate).to.not.equal(null);
    expect(functionStateSchema.parse(earlier).gate).to.equal(null);
  });
});

describe('a forecaster that is not there', () => {
  const without = (samples: number, named = 'lstm') => {
    const annotations = { 'foresize/forecaster': named };
    const input = inputOf({ cpu: null, memory: null, annotations });
    const forecaster = { cpu: 'none', memory: 'none' };
    const model = 'none: MODEL_PATH holds no model';
    const evidence = { ...input.forecast.evidence, samples, forecaster, model };
    return decide({ ...input, forecast: { ...input.forecast, evidence } }).decision.reason;
  };

  it('is said to be missing, and why', () => {
    expect(without(240)).to.match(/foresize\/forecaster names is not there.*MODEL_PATH holds no model/);
  });

  it('is not blamed where there are no samples', () => {
    expect(without(0)).to.equal('There is no forecast yet');
  });

  it('is not blamed where none was named: one sample is no 60 s mean yet', () => {
    expect(without(1, 'auto')).to.equal('There is no forecast yet');
  });
});
