import { expect } from 'chai';
import { lookAround, type LookOptions, type LookPorts } from '#core/chain/look.ts';
import { firstContact } from '#core/policy/bookkeeping.ts';
import { predictUsage } from '#forecast/predict-usage.ts';
import { NOW } from '../../core/policy/situation.ts';
import { collectPorts, live, recordingCarrier, signal } from './in-memory.ts';

const OPTIONS: LookOptions = { stepMs: 15_000, steps: 20, horizonMs: 75_000, messageBytes: Infinity };
const OWN = { labels: { 'app.kubernetes.io/part-of': 'foresize' } };

function portsOf(functions: ReturnType<typeof live>[]): LookPorts & { readonly asked: number[] } {
  const asked: number[] = [];
  const { clock, source, workloads } = collectPorts(functions, recordingCarrier());
  return {
    clock,
    source,
    workloads,
    asked,
    states: () => Promise.resolve(new Map([['openfaas-fn/f0', firstContact(live('f0'), NOW)]])),
    forecast: (usage) => {
      asked.push(usage.functions.length);
      return Promise.resolve(predictUsage(usage));
    },
  };
}

describe('A look around', () => {
  it('finds each function with its use, its forecast, what is remembered, and what would be set', async () => {
    const { functions, at, nodes } = await lookAround(portsOf([live('f0'), live('f1')]), OPTIONS, signal);
    expect(at).to.equal(Math.floor(NOW / 15_000) * 15_000);
    expect(nodes).to.deep.equal([]);
    expect(functions.map((one) => one.live.name)).to.deep.equal(['f0', 'f1']);
    for (const { usage, forecast, recommendation } of functions) {
      expect(usage.series.cpuCores).to.have.length(20);
      expect(forecast.peak.cpu?.p90).to.be.above(0);
      expect(recommendation?.to.cpuRequestCores).to.be.above(0);
    }
    expect(functions.map(({ state }) => state?.uid)).to.deep.equal(['f0-uid', undefined]);
  });

  it("leaves Foresize's own functions out", async () => {
    const { functions } = await lookAround(portsOf([live('f0', OWN), live('f1')]), OPTIONS, signal);
    expect(functions.map((one) => one.live.name)).to.deep.equal(['f1']);
  });

  it('says what is wrong with annotations, and recommends nothing there', async () => {
    const wrong = live('f0', { annotations: { 'foresize/mode': 'aply' } });
    const [found] = (await lookAround(portsOf([wrong]), OPTIONS, signal)).functions;
    expect(found).to.include({ settings: null, recommendation: null });
    expect(found?.problem).to.include('"aply"');
    expect(found?.forecast.peak.cpu?.p90).to.be.above(0);
  });

  it('asks for the forecaster that a function names', async () => {
    const named = live('f0', { annotations: { 'foresize/forecaster': 'histogram' } });
    const { functions } = await lookAround(portsOf([named]), OPTIONS, signal);
    expect(functions[0]?.forecast.evidence.forecaster.cpu).to.be.oneOf(['histogram', 'persistence']);
    expect(functions[0]?.usage.forecaster).to.equal('histogram');
  });

  it('asks in as many messages as their size allows', async () => {
    const ports = portsOf([live('f0'), live('f1'), live('f2')]);
    await lookAround(ports, { ...OPTIONS, messageBytes: 10_000 }, signal);
    expect(ports.asked).to.deep.equal([2, 1]);
  });

  it('asks nobody where nothing runs', async () => {
    const ports = portsOf([]);
    expect((await lookAround(ports, OPTIONS, signal)).functions).to.deep.equal([]);
    expect(ports.asked).to.deep.equal([]);
  });
});
