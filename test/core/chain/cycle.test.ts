import { expect } from 'chai';
import { isOver } from '#core/chain/cycle.ts';

const PERIOD = 15_000;
const NOW = 1_700_000_000_000;
const CYCLE = Math.floor(NOW / PERIOD);

describe('a cycle', () => {
  it('is over when it or a later one was carried out, also by a clock that is a minute ahead', () => {
    expect(isOver(CYCLE, CYCLE - 1, NOW, PERIOD)).to.equal(false);
    for (const last of [CYCLE, CYCLE + 1, CYCLE + 4]) {
      expect(isOver(CYCLE, last, NOW, PERIOD), String(last)).to.equal(true);
    }
    // As old as a message may be.
    expect(isOver(CYCLE - 4, CYCLE, NOW, PERIOD)).to.equal(true);
  });

  it('is not over because of one counted by a wrong clock', () => {
    expect(isOver(CYCLE, CYCLE + 1_000_000, NOW, PERIOD)).to.equal(false);
  });

  it('is not over because the period was shorter once', () => {
    expect(isOver(Math.floor(NOW / 60_000), CYCLE, NOW, 60_000)).to.equal(false);
    expect(isOver(CYCLE, Math.floor(NOW / 60_000), NOW, PERIOD)).to.equal(false);
  });
});
