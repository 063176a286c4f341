import { expect } from 'chai';
import { createCycles } from '../../../functions/collect-metrics/cycles.ts';
import {
  collectPorts,
  COLLECT_OPTIONS,
  CYCLE,
  live,
  PERIOD_MS,
  recordingCarrier,
  reported,
} from '../../core/chain/in-memory.ts';
import { NOW } from '../../core/policy/situation.ts';

describe('the cycles of collect-metrics', () => {
  it('are one a period, and the calls in between cost not even a look at the stored cycle', async () => {
    const ports = collectPorts([live('f0')]);
    let looks = 0;
    const claim: typeof ports.cycles.claim = (cycle, signal) => {
      looks++;
      return ports.cycles.claim(cycle, signal);
    };
    let now = NOW;
    const cycles = createCycles({ ...ports, clock: () => now, cycles: { claim } }, COLLECT_OPTIONS);
    expect((await cycles.run()).status).to.equal('done');
    for (let i = 0; i < 100; i++) expect(await cycles.run()).to.include({ cycle: CYCLE, status: 'busy' });
    expect(looks).to.equal(1);
    now += PERIOD_MS;
    expect(await cycles.run()).to.include({ cycle: CYCLE + 1, status: 'done' });
  });

  it('never overlap: while one takes longer than its period, the next ones are busy', async () => {
    let finish = (): void => undefined;
    const held = new Promise<void>((resolve) => {
      finish = resolve;
    });
    const carrier = recordingCarrier(async (usage) => {
      await held;
      return reported(usage);
    });
    let now = NOW;
    const cycles = createCycles(
      { ...collectPorts([live('f0')], carrier), clock: () => now },
      COLLECT_OPTIONS,
    );
    const first = cycles.run();
    now += 2 * PERIOD_MS;
    expect(await cycles.run()).to.include({ cycle: CYCLE + 2, status: 'busy' });
    finish();
    expect(await first).to.include({ cycle: CYCLE, status: 'done' });
    expect(await cycles.run()).to.include({ cycle: CYCLE + 2, status: 'done' });
  });

  it('go on after one that failed', async () => {
    const ports = collectPorts([live('f0')]);
    let now = NOW;
    const down = { ...ports.source, read: () => Promise.reject(new Error('down')) };
    const read: typeof ports.source.read = (from, signal) =>
      (now === NOW ? down : ports.source).read(from, signal);
    const cycles = createCycles(
      { ...ports, clock: () => now, source: { ...ports.source, read } },
      COLLECT_OPTIONS,
    );
    const failure: unknown = await cycles.run().catch((error: unknown) => error);
    expect(String(failure)).to.equal('Error: down');
    now += PERIOD_MS;
    expect((await cycles.run()).status).to.equal('done');
  });

  it('are cut off by stop, which waits for the end', async () => {
    const ports = collectPorts([live('f0')]);
    const carrier: typeof ports.carrier = {
      carry: (_usage, signal) =>
        new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => {
            reject(new Error('cut off'));
          });
        }),
    };
    const cycles = createCycles({ ...ports, carrier }, COLLECT_OPTIONS);
    const running = cycles.run();
    // Far enough to have sent its only shard.
    await new Promise((resolve) => setImmediate(resolve));
    await cycles.stop();
    expect(await running).to.deep.include({ status: 'partial', failures: ['shard 0 of 1: cut off'] });
  });
});
