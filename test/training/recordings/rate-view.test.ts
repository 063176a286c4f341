import { expect } from 'chai';
import { rateView } from '../../../training/recordings/rate-view.ts';

const STEPS = 80;

function viewOf(cpuCores: Float64Array) {
  return rateView({
    name: 'f',
    namespace: 'test',
    startMs: 1_700_000_000_000,
    stepMs: 15_000,
    cpuCores,
    cpuMeanMs: 15_000,
    memoryBytes: new Float64Array(cpuCores.length).fill(1e7),
    callsStarted: null,
    cpuLimitCores: new Float64Array(cpuCores.length).fill(1),
    memoryLimitBytes: null,
    oomKillsMs: [],
  });
}

describe('a recording as a dashboard shows it', () => {
  it('is the mean of five minutes, changing once a minute', () => {
    const cores = Float64Array.from({ length: STEPS }, (_, i) => (i < 41 ? 0.02 : 0.1));
    const { cpuCores, cpuMeanMs, cpuLimitCores } = viewOf(cores);
    expect([cpuMeanMs, cpuLimitCores]).to.deep.equal([300_000, null]);
    expect(cpuCores[36]).to.be.closeTo(0.02, 1e-9);
    expect(cpuCores[76]).to.be.closeTo(0.1, 1e-9);
    // The scrape at step 44 is the first that saw the rise: a minute of it in five.
    expect(cpuCores[43]).to.be.closeTo(0.02, 1e-9);
    expect(cpuCores[44]).to.be.within(0.03, 0.05);
    const changes = [...cpuCores].filter(
      (value, i) => i > 24 && Math.abs(value - (cpuCores[i - 1] ?? 0)) > 1e-9,
    );
    expect(changes.length).to.be.at.most(10);
  });

  it('has a gap where nothing was scraped for five minutes', () => {
    const cores = new Float64Array(STEPS).fill(0.02).fill(NaN, 30, 60);
    const { cpuCores } = viewOf(cores);
    expect(cpuCores[28]).to.be.closeTo(0.02, 1e-9);
    expect(cpuCores[55]).to.be.NaN;
  });
});
