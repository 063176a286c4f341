import { expect } from 'chai';
import { machineTimer } from '../../invoker/timer.ts';

describe("the machine's timer", () => {
  it('never ends a wait before its time, whatever fraction of a millisecond that is', async () => {
    const timer = machineTimer();
    for (let i = 0; i < 100; i++) {
      const due = timer.now() + 0.03 * i;
      await timer.wait(due - timer.now(), new AbortController().signal);
      expect(timer.now()).to.be.at.least(due);
    }
  });

  it('ends a wait at once when it is aborted, before it or while it lasts', async () => {
    const stopped = new AbortController();
    const waits = [machineTimer().wait(1e9, AbortSignal.abort()), machineTimer().wait(1e9, stopped.signal)];
    stopped.abort();
    expect(await Promise.all(waits)).to.have.length(2);
  });
});
