import { expect } from 'chai';
import { createPeakMemory } from '../../../functions/page/peak-memory.ts';
import { forecast } from '../../core/chain/in-memory.ts';

const HOUR = 3_600_000;

/** A look at the functions of these names. */
const lookAt = (at: number, ...names: string[]) => ({
  at,
  functions: names.map((name) => ({ forecast: { ...forecast(name), at } })),
});

describe('The memory of forecasts', () => {
  const about = { namespace: 'openfaas-fn', name: 'f0' };
  const timesOf = (memory: ReturnType<typeof createPeakMemory>) => memory.of(about).map(({ at }) => at);

  it('keeps those of its window, one a moment', () => {
    const memory = createPeakMemory(HOUR);
    for (const at of [0, 60_000, 60_000, HOUR, HOUR + 60_000]) memory.remember(lookAt(at, 'f0'));
    expect(timesOf(memory)).to.deep.equal([HOUR, HOUR + 60_000]);
  });

  it('forgets functions that are gone', () => {
    const memory = createPeakMemory(HOUR);
    memory.remember(lookAt(0, 'f0', 'f1'));
    memory.remember(lookAt(60_000, 'f1'));
    expect(timesOf(memory)).to.deep.equal([]);
  });
});
