import { expect } from 'chai';
import { RESPONSE_STEPS, respondToCalls } from '#forecast/calls/call-response.ts';
import { nowcast } from '#forecast/calls/nowcast.ts';

const STEP_MS = 15_000;

describe('the response of CPU to calls', () => {
  it('tells what a call costs and how CPU goes on', () => {
    const calls = Float64Array.from({ length: 120 }, (_, i) => (i % 4 === 0 ? 1 + ((i * 7) % 9) : 0));
    const values = calls.map((count, i) => 0.001 + (0.002 * count + 0.001 * (calls[i - 1] ?? 0)));
    const usable = new Uint8Array(120).fill(1);
    const response = respondToCalls(values, calls, usable, STEP_MS);
    expect(response.cost?.cpuSecondsPerCall).to.be.closeTo(0.045, 0.0005);
    expect(response.path).to.have.lengthOf(120 * RESPONSE_STEPS);
    expect(response.fitted[119]).to.be.closeTo(0.001, 0.0002);
    const next = nowcast(values, calls, usable, response, new Float64Array(120).fill(0.01));
    expect(next.every((value) => value >= 0)).to.equal(true);
  });

  it('forecasts what is usual when no calls were counted', () => {
    const values = new Float64Array(60).fill(0.25);
    const { path, cost } = respondToCalls(values, null, new Uint8Array(60).fill(1), STEP_MS);
    expect(cost).to.equal(null);
    for (const value of path) expect(value).to.be.closeTo(0.25, 1e-9);
  });
});
