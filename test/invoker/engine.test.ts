import { expect } from 'chai';
import type { Answer, Call } from '../../invoker/call.ts';
import { runEngine } from '../../invoker/engine.ts';
import { Tally } from '../../invoker/summary.ts';
import type { Timer } from '../../invoker/timer.ts';

const OK: Answer = { outcome: 'ok', status: 200, error: null };

/** Time that passes only while somebody waits. */
function testTimer(): Timer & { nowMs: number } {
  return {
    nowMs: 1000,
    now() {
      return this.nowMs;
    },
    async wait(ms, signal) {
      if (ms <= 0) return;
      await new Promise(setImmediate);
      if (!signal.aborted) this.nowMs += ms;
    },
  };
}

function* texts(): Generator<string, never> {
  for (;;) yield 'text';
}

function deferred(): { promise: Promise<Answer>; resolve: (answer: Answer) => void } {
  let resolve: (answer: Answer) => void = () => undefined;
  const promise = new Promise<Answer>((accept) => {
    resolve = accept;
  });
  return { promise, resolve };
}

const never = new AbortController().signal;

describe('the engine', () => {
  it('sends calls when they are due, whether or not earlier ones were answered', async () => {
    const answer = deferred();
    const sent: number[] = [];
    const running = runEngine({
      arrivals: [0, 500, 900],
      payloads: texts(),
      send: () => {
        if (sent.length === 3) answer.resolve(OK);
        return answer.promise;
      },
      timer: testTimer(),
      concurrency: 10,
      signal: never,
      onSent: (atMs) => sent.push(atMs),
    });
    expect(await running).to.equal(0);
    expect(sent).to.deep.equal([1000, 1500, 1900]);
  });

  it('never has more calls on their way than allowed, and counts the wait as latency', async () => {
    const timer = testTimer();
    let onTheirWay = 0;
    let most = 0;
    const calls: Call[] = [];
    await runEngine({
      arrivals: [0, 0, 0, 0, 0, 0],
      payloads: texts(),
      send: async () => {
        most = Math.max(most, ++onTheirWay);
        await new Promise(setImmediate);
        timer.nowMs += 100;
        onTheirWay--;
        return OK;
      },
      timer,
      concurrency: 2,
      signal: never,
      onCall: (call) => calls.push(call),
    });
    expect(most).to.equal(2);
    expect(calls).to.have.length(6);
    expect(calls.at(-1)?.latencyMs).to.equal(600);
    expect(calls.at(-1)?.dueAtMs).to.equal(1000);
    expect(calls.at(-1)?.sentAtMs).to.be.above(1000);
  });

  it('sends nothing more once it is to end, and says what was left unsent', async () => {
    const ending = new AbortController();
    const calls: Call[] = [];
    const unsent = await runEngine({
      arrivals: [0, 0, 0, 60_000, 120_000],
      payloads: texts(),
      send: async (_payload, signal) => {
        await new Promise(setImmediate);
        ending.abort();
        return signal.aborted ? { outcome: 'cancelled', status: null, error: 'the run ended' } : OK;
      },
      timer: testTimer(),
      concurrency: 1,
      signal: ending.signal,
      onCall: (call) => calls.push(call),
    });
    expect(calls.map(({ outcome }) => outcome)).to.deep.equal(['cancelled']);
    expect(unsent).to.equal(2);
  });
});

describe('the summary', () => {
  const call = (change: Partial<Call>): Call => ({
    ...{ number: 1, dueAtMs: 0, sentAtMs: 0, latencyMs: 1, payloadBytes: 1, ...OK },
    ...change,
  });

  it('has the nearest-rank percentiles of answered calls', () => {
    const tally = new Tally();
    for (let ms = 100; ms >= 1; ms--) tally.add(call({ latencyMs: ms }));
    tally.add(call({ latencyMs: 30_000, outcome: 'timeout', status: null }));
    expect(tally.summary().latencyMs).to.deep.equal({ p50: 50, p95: 95, p99: 99 });
  });

  it('counts refusals, timeouts and failures as errors, cancelled calls not', () => {
    const tally = new Tally();
    tally.add(call({}));
    tally.add(call({ outcome: 'refused', status: 503 }));
    for (const outcome of ['timeout', 'failed', 'cancelled'] as const)
      tally.add(call({ outcome, status: null }));
    const { calls, ok, errors, statuses } = tally.summary(2);
    expect({ calls, ok, errors, statuses }).to.deep.equal({
      ...{ calls: 5, ok: 1, errors: 3 },
      statuses: { 200: 1, 503: 1 },
    });
  });

  it('has no latency without answers', () => {
    expect(new Tally().summary().latencyMs).to.equal(null);
  });
});
