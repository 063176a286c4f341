import { expect } from 'chai';
import type { Forecaster, ForecastPath, MetricWindow } from '#forecast/forecaster.ts';
import { windowsOf } from '#forecast/metric-window.ts';
import { pastPeaks } from '#forecast/past-peaks.ts';
import { persistence } from '#forecast/persistence.ts';
import { FORECASTERS, type Forecasters, type Selected, selectForecaster } from '#forecast/selection.ts';
import { generateHistory } from '../../training/generate/generate-history.ts';
import { usageOf, windowOf } from './windows.ts';

/** Bursts of two steps every `period`: persistence is late at each rise and each fall. */
const bursts = (length: number, period = 8): number[] =>
  Array.from({ length }, (_, i) => (i % period < 2 ? 0.4 : 0.1) + 0.001 * (i % 3));

/** What comes, as a forecaster would say it that knew: at the newest origins what persistence says. */
function knowing(window: MetricWindow): ForecastPath {
  const said = persistence.forecast(window);
  const peaks = pastPeaks(window).map((peak, i) => (Number.isNaN(peak) ? (said.peak.p50[i] ?? NaN) : peak));
  const next = said.next.map((value, i) => window.values[i + 1] ?? value);
  return { next, peak: { p50: peaks, p90: peaks, p95: peaks, p99: peaks } };
}

/** A forecaster that knows what comes, of the peak or of the next value; of the other it says nonsense. */
function knows(name: 'peak' | 'next', traits: Partial<Forecaster> = {}): Forecaster {
  const forecast = (window: MetricWindow): ForecastPath => {
    const { next, peak } = knowing(window);
    const nonsense = next.map((_, i) => (i % 2 === 0 ? 0 : 9));
    if (name === 'peak') return { next: nonsense, peak };
    return { next, peak: { p50: nonsense, p90: nonsense, p95: nonsense, p99: nonsense } };
  };
  return { name: `knows-${name}`, minimumSamples: 1, calibrated: true, forecast, ...traits };
}

/** Expects a peak of alternately nothing and nine cores: it is wrong whatever comes. */
function wrongPeak(window: MetricWindow): ForecastPath {
  const said = persistence.forecast(window);
  const wrong = window.control.map((_, i) => (i % 2 === 0 ? 0 : 9));
  return { next: said.next, peak: { p50: wrong, p90: wrong, p95: wrong, p99: wrong } };
}

const among = (...more: readonly Forecaster[]): Forecasters =>
  new Map([...FORECASTERS, ...more.map((forecaster) => [forecaster.name, forecaster] as const)]);

function select(name: string, window: MetricWindow, forecasters?: Forecasters): Selected {
  const selected = selectForecaster(name, window, forecasters);
  if (selected === null) throw new Error('nothing was selected');
  return selected;
}

describe('the ladder of auto', () => {
  /** CPU's and memory's forecaster, and whether there is a skill, after so many samples. */
  const rungs: readonly (readonly [number, string, string, boolean])[] = [
    [1, 'persistence', 'persistence', false],
    [19, 'persistence', 'persistence', false],
    [20, 'persistence', 'recent-peak', false],
    // 20 origins that warm up, 20 that are scored, and twice the horizon of 5, less one.
    [48, 'persistence', 'recent-peak', false],
    [49, 'knows-peak', 'knows-peak', true],
    [240, 'knows-peak', 'knows-peak', true],
  ];
  for (const [samples, cpu, memory, isScored] of rungs) {
    it(`has with ${samples} samples ${cpu} for CPU and ${memory} for memory`, () => {
      for (const [metric, expected] of [
        ['cpu', cpu],
        ['memory', memory],
      ] as const) {
        const selected = select('auto', windowOf(bursts(samples), { metric }), among(knows('peak')));
        expect(selected.forecaster).to.equal(expected);
        expect(selected.skill !== null, 'skill').to.equal(isScored);
        expect(selected.coverage !== null, 'coverage').to.equal(isScored);
      }
    });
  }

  it('has the network for CPU from as many samples on as it needs, before any of its forecasts can be scored', () => {
    const network = { ...knows('peak'), name: 'lstm', minimumSamples: 40 };
    const cpu = (samples: number) => select('auto', windowOf(bursts(samples)), among(network));
    expect(cpu(39).forecaster).to.equal('persistence');
    expect(cpu(40)).to.include({ forecaster: 'lstm', nextForecaster: 'persistence', skill: null });
  });

  it('gives the network up where this function shows it to be worse', () => {
    const network = { ...knows('peak'), name: 'lstm', forecast: wrongPeak };
    expect(select('auto', windowOf(bursts(240)), among(network)).forecaster).not.to.equal('lstm');
  });

  it('has nothing without samples, however long the window', () => {
    for (const length of [0, 1, 240]) {
      expect(selectForecaster('auto', windowOf(Array<number>(length).fill(NaN)))).to.equal(null);
    }
  });

  it('climbs by samples, not by the length of the window', () => {
    const late = [...Array<number>(200).fill(NaN), ...bursts(19)];
    expect(select('auto', windowOf(late, { metric: 'memory' })).forecaster).to.equal('persistence');
  });

  it('stays on its second rung where all that is known is censored', () => {
    const censored = new Uint8Array(240).fill(1);
    const selected = select('auto', windowOf(bursts(240), { censored }), among(knows('peak')));
    expect(selected).to.include({ forecaster: 'persistence', skill: null, nextSkill: null, coverage: null });
  });
});

describe('the choice of auto', () => {
  it('is made for the peak and for the next value apart', () => {
    const selected = select('auto', windowOf(bursts(240)), among(knows('peak'), knows('next')));
    expect(selected).to.include({ forecaster: 'knows-peak', nextForecaster: 'knows-next' });
    expect(selected.skill).to.be.below(0.01);
    expect(selected.nextSkill).to.be.below(0.01);
  });

  it('takes each path from the one chosen for it', () => {
    const window = windowOf(bursts(240));
    const [peak, next] = [knows('peak'), knows('next')];
    const { path } = select('auto', window, among(peak, next));
    expect(path.peak.p90).to.deep.equal(peak.forecast(window).peak.p90);
    expect(path.next).to.deep.equal(next.forecast(window).next);
  });

  it('never falls on one that is for the other metric, has too few samples, or is there by name only', () => {
    for (const traits of [{ metric: 'memory' }, { minimumSamples: 241 }, { byNameOnly: true }] as const) {
      const selected = select('auto', windowOf(bursts(240)), among(knows('peak', traits)));
      expect(selected.forecaster, JSON.stringify(traits)).not.to.equal('knows-peak');
    }
  });

  it('is never worse than persistence on the past', () => {
    for (const values of [bursts(240), bursts(240, 40), Array.from({ length: 240 }, (_, i) => i)]) {
      for (const metric of ['cpu', 'memory'] as const) {
        const { skill, nextSkill } = select('auto', windowOf(values, { metric }));
        expect(skill).to.be.at.most(1);
        expect(nextSkill).to.be.at.most(1);
      }
    }
  });
});

describe('a forecaster by name', () => {
  it('is used for both, however bad', () => {
    const selected = select('knows-next', windowOf(bursts(240)), among(knows('next')));
    expect(selected).to.include({ forecaster: 'knows-next', nextForecaster: 'knows-next' });
    expect(selected.skill).to.be.above(1);
    expect(selected.nextSkill).to.be.below(0.01);
  });

  it('is also one that is there by name only', () => {
    const shy = among(knows('peak', { byNameOnly: true }));
    expect(select('knows-peak', windowOf(bursts(240)), shy).forecaster).to.equal('knows-peak');
  });

  it('gives way to the default for a metric that it is not for', () => {
    const named = (metric: MetricWindow['metric']): string =>
      select('nowcast', windowOf(bursts(240), { metric })).forecaster;
    expect([named('cpu'), named('memory')]).to.deep.equal(['nowcast', 'recent-peak']);
  });

  it('gives way to persistence below its fewest samples', () => {
    expect(select('nowcast', windowOf(bursts(19))).forecaster).to.equal('persistence');
  });

  it('is nothing where it does not exist', () => {
    expect(selectForecaster('oracle', windowOf(bursts(240)))).to.equal(null);
  });
});

describe('from one cycle to the next', () => {
  const STEPS = 240;

  /** What `auto` chooses at every step of the last hour of a generated history, for both questions. */
  function choices(seed: number): { peak: string[]; next: string[] } {
    const { history } = generateHistory(seed, { hours: 2, kind: 'increments' });
    const columns = { cpu: history.cpuCores, calls: history.callsStarted };
    const [peak, next]: [string[], string[]] = [[], []];
    for (let end = STEPS; end <= history.cpuCores.length; end++) {
      const slice = (column: Float64Array): (number | null)[] =>
        [...column.subarray(end - STEPS, end)].map((value) => (Number.isNaN(value) ? null : value));
      const usage = usageOf({
        cpuCores: slice(columns.cpu),
        callsStarted: columns.calls === null ? [] : slice(columns.calls),
      });
      const grid = { at: end * history.stepMs, stepMs: history.stepMs, horizonMs: 75_000 };
      const selected = selectForecaster('auto', windowsOf(usage, grid).cpu);
      peak.push(selected?.forecaster ?? 'none');
      next.push(selected?.nextForecaster ?? 'none');
    }
    return { peak, next };
  }

  it('the same forecasters are chosen in at least nine of ten steps', () => {
    let [steps, changes] = [0, 0];
    for (let seed = 1; seed <= 3; seed++) {
      const { peak, next } = choices(seed);
      for (const names of [peak, next]) {
        steps += names.length - 1;
        changes += names.filter((name, i) => i > 0 && name !== names[i - 1]).length;
      }
    }
    expect(steps).to.be.above(700);
    expect(changes / steps).to.be.below(0.1);
  });
});
