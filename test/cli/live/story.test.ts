import { expect } from 'chai';
import fc from 'fast-check';
import { wasApplied } from '#core/messages/decision.ts';
import { latencyText } from '../../../cli/live/latency-line.ts';
import { createStory, p95 } from '../../../cli/live/story.ts';
import { appliedResize, decisionWith } from '../decision.ts';

const RESIZED_AT = 1_000_000;

function call(startedAtMs: number, durationMs: number, ok = true) {
  return { startedAtMs, durationMs, ok };
}

describe('the story of a run', () => {
  it('tells the calls begun before the first resize from those begun since', () => {
    const story = createStory('qrcode');
    story.onCall(call(RESIZED_AT - 2000, 300));
    story.onDecision(appliedResize({ at: RESIZED_AT }));
    story.onCall(call(RESIZED_AT - 10, 400));
    story.onCall(call(RESIZED_AT + 10, 20));
    story.onDecision(appliedResize({ at: RESIZED_AT + 60_000 }));
    expect(story.latency(RESIZED_AT + 1000)).to.deep.equal({
      calls: 3,
      failed: 0,
      resized: true,
      beforeP95Ms: 400,
      afterP95Ms: 20,
    });
    expect(story.firstResizeAtMs).to.equal(RESIZED_AT);
    expect(story.resizes).to.equal(2);
  });

  it('looks at the last minute only, after a resize', () => {
    const story = createStory('qrcode');
    story.onDecision(appliedResize({ at: RESIZED_AT }));
    story.onCall(call(RESIZED_AT + 1, 20));
    expect(story.latency(RESIZED_AT + 60_001).afterP95Ms).to.equal(null);
  });

  it('counts failed calls and leaves their times out', () => {
    const story = createStory('qrcode');
    story.onCall(call(1, 30_000, false));
    expect(story.latency(2)).to.include({ calls: 1, failed: 1, beforeP95Ms: null });
  });

  it("is not moved by another function's resize, by one that came to nothing, or by a hold", () => {
    const story = createStory('qrcode');
    const refused = [{ pod: 'qrcode-1', result: 'refused' as const, detail: 'no room' }];
    story.onDecision(appliedResize({ name: 'thumbnail' }));
    story.onDecision(appliedResize({ outcomes: refused }));
    story.onDecision(decisionWith());
    expect(story.resizes).to.equal(0);
    expect(story.latency(0).resized).to.equal(false);
    expect(story.decisions).to.have.length(3);
  });

  it('takes one pod in force for applied', () => {
    const outcomes = (['failed', 'applied'] as const).map((result) => ({ pod: 'p', result, detail: '' }));
    expect(wasApplied(appliedResize({ outcomes }))).to.equal(true);
  });
});

describe('p95', () => {
  it('is the smallest value that 95 % of the values do not exceed', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1e6, noNaN: true }), { minLength: 1 }), (values) => {
        const result = p95(values) ?? NaN;
        const share = (most: number): number =>
          values.filter((value) => value <= most).length / values.length;
        expect(values).to.include(result);
        expect(share(result)).to.be.at.least(0.95);
        const below = values.filter((value) => value < result);
        if (below.length > 0) expect(share(Math.max(...below))).to.be.below(0.95);
      }),
    );
  });

  it('is null of nothing', () => {
    expect(p95([])).to.equal(null);
  });
});

describe('the line about latency', () => {
  const view = { calls: 1, failed: 0, resized: true, beforeP95Ms: 300, afterP95Ms: 20 };

  it('says what was, what is, and how much that is', () => {
    expect(latencyText(view)).to.equal(
      'p95 latency before the first resize 300 ms, in the last minute 20 ms: 15 times faster',
    );
  });

  it('makes nothing of a difference that chance makes', () => {
    expect(latencyText({ ...view, afterP95Ms: 250 })).not.to.include('faster');
  });

  it('does not say "not resized" where it was resized a moment ago', () => {
    expect(latencyText({ ...view, afterP95Ms: null })).to.include('in the last minute no call answered');
    expect(latencyText({ ...view, resized: false, afterP95Ms: null })).to.equal(
      'p95 latency 300 ms, not resized yet',
    );
  });
});
