import { expect } from 'chai';
import fc from 'fast-check';
import { decisionOf } from '../../../cli/live/decisions.ts';
import { decisionLine } from '../../../cli/live/plain.ts';
import { appliedResize, decisionWith } from '../decision.ts';

describe('the plain line of a decision', () => {
  it('begins with its action and the function, and gives the reason', () => {
    expect(decisionLine(appliedResize())).to.equal(
      'resize qrcode CPU limit 100m → 500m: work takes 5 times as long',
    );
    expect(decisionLine(decisionWith())).to.equal('hold qrcode Nothing to rescue');
  });

  it('names the pods on which it came to nothing', () => {
    const outcomes = [
      { pod: 'qrcode-1', result: 'applied' as const, detail: '' },
      { pod: 'qrcode-2', result: 'refused' as const, detail: 'no room on the node' },
    ];
    expect(decisionLine(appliedResize({ outcomes }))).to.match(/; qrcode-2 refused: no room on the node$/);
  });
});

describe('a line of the log of apply-resources', () => {
  it('gives back the decision that was written', () => {
    const decision = appliedResize();
    expect(decisionOf(JSON.stringify({ event: 'decision', ...decision }))).to.deep.equal(decision);
  });

  it('is no decision where it is anything else, and never throws', () => {
    expect(decisionOf('{"event":"decision","name":"qrcode"}')).to.equal(undefined);
    expect(decisionOf(`{"event":"decision"${'['.repeat(100)}`)).to.equal(undefined);
    fc.assert(fc.property(fc.string(), (line) => decisionOf(line) === undefined));
  });
});
