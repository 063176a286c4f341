import { expect } from 'chai';
import type { Signals } from '#core/messages/usage.ts';
import { buildUsage } from '#core/usage/build-usage.ts';
import type { Reading } from '#core/usage/reading.ts';
import { histogramQuantile } from '#core/usage/signals/duration-quantile.ts';
import { calls, container, everyMs, pod } from '../readings.ts';

const END = 1_700_000_010_000;
const STEP = 15_000;
const GRID = { stepMs: STEP, steps: 40, endMs: END };

const signalsOf = (reading: Partial<Reading>): Signals =>
  buildUsage({ atMs: END, containers: [], calls: [], pods: [], ...reading }, GRID)[0]!.signals;

const times = (count: number): number[] => everyMs(STEP, count, END);
/** A counter that grows by the same amount with every sample. */
const steady = (count: number, each: number): number[] => Array.from({ length: count }, (_, i) => i * each);
const flat = (count: number, value: number): number[] => Array<number>(count).fill(value);

describe('stretch', () => {
  it('of one busy thread at a fifth of a core is about 4: work takes five times as long', () => {
    const signals = signalsOf({
      containers: [
        container(times(5), {
          cpuSeconds: steady(5, 3),
          throttledSeconds: steady(5, 11.94),
          throttledPeriods: steady(5, 150),
          cpuLimitCores: flat(5, 0.2),
        }),
      ],
      pods: [pod({ inForce: { cpuLimitCores: 0.2 } })],
    });
    expect(signals.stretch).to.be.closeTo(3.98, 1e-9);
    expect(signals.throttledPeriods).to.equal(600);
  });

  it('rests on the last 60 s alone', () => {
    const throttledSeconds = [0, 90, 90, 90, 90, 90];
    const [count, cpuSeconds] = [6, steady(6, 3)];
    const columns = { cpuSeconds, throttledSeconds, throttledPeriods: flat(count, 5) };
    expect(signalsOf({ containers: [container(times(count), columns)] }).stretch).to.equal(0);
  });

  it('counts only intervals both of whose ends carry the limit in force', () => {
    const columns = {
      cpuSeconds: steady(4, 3),
      throttledSeconds: [0, 12, 24, 24.3],
      throttledPeriods: [0, 150, 300, 304],
      cpuLimitCores: [0.2, 0.2, 1, 1],
    };
    const signals = signalsOf({
      containers: [container(times(4), columns)],
      pods: [pod({ inForce: { cpuLimitCores: 1 } })],
    });
    expect(signals.stretch).to.be.closeTo(0.1, 1e-9);
    expect(signals.throttledPeriods).to.equal(4);
  });

  it('is null while no sample has been taken under the limit now in force', () => {
    const columns = { cpuSeconds: [0, 3], throttledSeconds: [0, 12], cpuLimitCores: [0.2, 0.2] };
    const pods = [pod({ inForce: { cpuLimitCores: 1 } })];
    expect(signalsOf({ containers: [container(times(2), columns)], pods }).stretch).to.equal(null);
  });

  it('says nothing of how a pod was slowed before its first sample, under a limit that may have been another', () => {
    const startedAtMs = END - 2 * STEP - 5000;
    const columns = (limit: readonly number[]) => ({
      cpuSeconds: [1, 4, 7],
      throttledSeconds: [9, 10.5, 12],
      throttledPeriods: [80, 95, 110],
      cpuLimitCores: limit,
    });
    const of = (limit: readonly number[]): Signals =>
      signalsOf({
        containers: [container(times(3), columns(limit), { startedAtMs })],
        pods: [pod({ startedAtMs, inForce: { cpuLimitCores: 0.6 } })],
      });
    expect(of(flat(3, 0.6))).to.include({ stretch: 0.5, throttledPeriods: 30 });
    expect(of([]).throttledPeriods).to.equal(110);
  });

  it('is null without a limit, and of samples that are old', () => {
    expect(signalsOf({ containers: [container(times(2), { cpuSeconds: [0, 3] })] }).stretch).to.equal(null);
    const old = container([END - 90_000, END - 75_000], { cpuSeconds: [0, 3], throttledSeconds: [0, 12] });
    expect(signalsOf({ containers: [old] }).stretch).to.equal(null);
  });

  it('is that of the pod slowed down most', () => {
    const columns = (throttled: number) => ({
      cpuSeconds: steady(3, 3),
      throttledSeconds: steady(3, throttled),
      throttledPeriods: steady(3, 10),
    });
    const signals = signalsOf({
      containers: [
        container(times(3), columns(0.3)),
        container(times(3), columns(6), { pod: 'qrcode-7d9c9b5f4-zzzzz' }),
      ],
    });
    expect(signals.stretch).to.equal(2);
  });
});

describe('the cost of a call', () => {
  it('is CPU over calls with idle use subtracted', () => {
    const started = [0, 0, 0, 0, 10, 20, 30, 30, 30];
    // 0.15 s a step idle, 0.11 s a call.
    const cpuSeconds = started.map((count, i) => 50 + i * 0.15 + count * 0.11);
    const signals = signalsOf({
      containers: [container(times(9), { cpuSeconds })],
      calls: [calls(times(9), started)],
    });
    expect(signals.cpuSecondsPerCall).to.be.closeTo(0.11, 1e-9);
  });

  it('is unknown under five calls', () => {
    const reading = { containers: [container(times(3), { cpuSeconds: [0, 1, 2] })] };
    expect(signalsOf({ ...reading, calls: [calls(times(3), [0, 2, 4])] }).cpuSecondsPerCall).to.equal(null);
    expect(signalsOf({ ...reading, calls: [calls(times(3), [0, 2, 5])] }).cpuSecondsPerCall).to.be.closeTo(
      0.4,
      1e-9,
    );
  });

  it('leaves out steps at the limit', () => {
    const cpuSeconds = [0, 1, 2, 3, 4, 19, 34, 49, 64];
    const signals = signalsOf({
      containers: [container(times(9), { cpuSeconds, cpuLimitCores: flat(9, 1) })],
      calls: [calls(times(9), steady(9, 2))],
    });
    // The 60 s mean reaches 0.9 of the limit in the last step only.
    expect(signals.censoredAtMs).to.equal(END);
    expect(signals.cpuSecondsPerCall).to.be.closeTo(49 / 14, 1e-9);
  });

  it('leaves out what starting up took', () => {
    const startedAtMs = END - 8 * STEP;
    const cpuSeconds = [0, 20, 20, 20, 20, 21, 22, 23, 24];
    const signals = signalsOf({
      containers: [container(times(9), { cpuSeconds }, { startedAtMs })],
      calls: [calls(times(9), [0, 5, 5, 5, 5, 7, 9, 11, 13])],
      pods: [pod({ startedAtMs, readySinceMs: startedAtMs + 2000 })],
    });
    expect(signals.cpuSecondsPerCall).to.be.closeTo(0.5, 1e-9);
  });
});

describe('calls', () => {
  it('started per second are those of the 15 s before the newest sample', () => {
    const signals = signalsOf({
      pods: [pod()],
      calls: [calls([END - 30_000, END - 13_000, END + 2000], [0, 100, 130])],
    });
    expect(signals.callsStartedPerSecond).to.equal(2);
  });

  it('in flight are started less completed, never below 0', () => {
    const inFlight = (started: number, completed: number) =>
      signalsOf({ pods: [pod()], calls: [calls([END], [started], [completed])] }).callsInFlight;
    expect(inFlight(9, 6)).to.equal(3);
    expect(inFlight(6, 9)).to.equal(0);
  });

  it('are unknown without fresh counters', () => {
    const unknown = { callsStartedPerSecond: null, callsInFlight: null };
    expect(signalsOf({ pods: [pod()] })).to.include(unknown);
    const old = calls([END - 100_000, END - 85_000], [0, 9]);
    expect(signalsOf({ pods: [pod()], calls: [old] })).to.include(unknown);
  });

  it('give a p95 over what finished since the limit changed', () => {
    const buckets = { 0.1: [0, 0, 10, 20], 0.25: [0, 50, 60, 70], '+Inf': [0, 50, 60, 70] };
    const signals = signalsOf({
      containers: [container(times(4), { cpuSeconds: steady(4, 1), cpuLimitCores: [0.2, 1, 1, 1] })],
      calls: [calls(times(4), steady(4, 10), steady(4, 10), buckets)],
    });
    expect(signals.durationCalls).to.equal(20);
    expect(signals.durationP95Seconds).to.be.closeTo(0.095, 1e-9);
  });

  it('give no p95 when none finished', () => {
    const reading = { pods: [pod()], calls: [calls(times(2), [0, 3], [0, 0], { '+Inf': [0, 0] })] };
    expect(signalsOf(reading)).to.include({ durationP95Seconds: null, durationCalls: 0 });
  });
});

describe('a quantile of a histogram', () => {
  it('is linear within its bucket, as Prometheus has it', () => {
    expect(histogramQuantile(0.5, [1, 2, Infinity], [10, 30, 30])).to.equal(1.25);
    expect(histogramQuantile(0.2, [1, 2, Infinity], [10, 20, 20])).to.equal(0.4);
  });

  it('is the highest bound where it falls beyond all of them', () => {
    expect(histogramQuantile(0.95, [1, 2, Infinity], [0, 0, 5])).to.equal(2);
  });

  it('is null without observations or bounds', () => {
    expect(histogramQuantile(0.95, [1, Infinity], [0, 0])).to.equal(null);
    expect(histogramQuantile(0.95, [], [])).to.equal(null);
    expect(histogramQuantile(0.95, [Infinity], [4])).to.equal(null);
  });
});

describe('OOM kills', () => {
  it('are increases of the kernel’s counter, with the limit before', () => {
    const columns = { cpuSeconds: steady(3, 1), oomEvents: [4, 4, 5], memoryLimitBytes: [64, 64, 96] };
    const signals = signalsOf({ containers: [container(times(3), columns)] });
    expect(signals.oomKills).to.deep.equal([{ atMs: END, memoryLimitBytes: 64 }]);
    expect(signals.censoredAtMs).to.equal(END);
  });

  for (const [reason, exitCode, killed] of [
    ['OOMKilled', 137, true],
    ['OOMKilled', 1, true],
    ['OOMKilled', 0, false],
    ['Error', 137, true],
    ['Error', 134, true],
    ['Error', 1, false],
  ] as const) {
    it(`${killed ? 'are' : 'are not'} terminations by ${reason} with exit code ${exitCode}`, () => {
      const pods = [
        pod({ lastTermination: { reason, exitCode, atMs: END - 5000 }, inForce: { memoryLimitBytes: 64 } }),
      ];
      expect(signalsOf({ pods }).oomKills).to.deep.equal(
        killed ? [{ atMs: END - 5000, memoryLimitBytes: 64 }] : [],
      );
    });
  }

  for (const [used, killed] of [
    [100, true],
    [31, false],
  ] as const) {
    it(`${killed ? 'are' : 'are not'} a SIGKILL of a process that last used ${used} of 64: a starved one is killed too`, () => {
      const columns = { memoryBytes: [used, used], memoryLimitBytes: [64, 64] };
      const lastTermination = { reason: 'Error', exitCode: 137, atMs: END - 5000 };
      const reading = {
        containers: [container(times(2), columns)],
        pods: [pod({ lastTermination, inForce: { memoryLimitBytes: 64 } })],
      };
      expect(signalsOf(reading).oomKills).to.have.length(killed ? 1 : 0);
    });
  }

  it('are counted once where counter and termination tell of the same', () => {
    const signals = signalsOf({
      containers: [container(times(2), { cpuSeconds: [0, 1], oomEvents: [0, 1] })],
      pods: [pod({ lastTermination: { reason: 'OOMKilled', exitCode: 137, atMs: END - 5000 } })],
    });
    expect(signals.oomKills.map(({ atMs }) => atMs)).to.deep.equal([END - 5000]);
  });

  it('of before the window do not count', () => {
    const pods = [pod({ lastTermination: { reason: 'OOMKilled', exitCode: 137, atMs: END - 41 * STEP } })];
    expect(signalsOf({ pods }).oomKills).to.deep.equal([]);
  });
});

describe('start-up', () => {
  it('that is not over shows, and whether the limit holds it back, whatever the samples’ limit', () => {
    const columns = { cpuSeconds: [0, 0.75], throttledSeconds: [0, 9], cpuLimitCores: [0.05, 0.05] };
    const starting = pod({ ready: false, readySinceMs: null, inForce: { cpuLimitCores: 1 } });
    const held = signalsOf({ containers: [container(times(2), columns)], pods: [starting] });
    expect(held).to.include({ notReady: true, notReadyThrottled: true });
    const free = { ...columns, throttledSeconds: [0, 0] };
    const unhindered = signalsOf({ containers: [container(times(2), free)], pods: [starting] });
    expect(unhindered).to.include({ notReady: true, notReadyThrottled: false });
  });

  for (const [readyAfterMs, allowed] of [
    [5000, 0.3],
    [0, 0.05],
  ] as const) {
    it(`costs at most what the limit allowed until ready, ${readyAfterMs} ms later by times in whole seconds`, () => {
      const startedAtMs = END - 45_000;
      const columns = { cpuSeconds: [0.4, 0.9, 0.9], cpuLimitCores: flat(3, 0.05) };
      const signals = signalsOf({
        containers: [container(times(3), columns, { startedAtMs })],
        pods: [pod({ startedAtMs, readySinceMs: startedAtMs + readyAfterMs })],
      });
      expect(signals.cpuSecondsUntilReady).to.be.closeTo(allowed, 1e-9);
    });
  }

  it('is interpolated between samples around ready', () => {
    const startedAtMs = END - 60_000;
    const signals = signalsOf({
      containers: [container(times(4), { cpuSeconds: [1, 1, 1, 1] }, { startedAtMs })],
      pods: [pod({ startedAtMs, readySinceMs: startedAtMs + 20_000 })],
    });
    expect(signals.cpuSecondsUntilReady).to.equal(1);
  });

  it('costs something unknown where watching began long after ready: what was worked since is not it', () => {
    const startedAtMs = END - 600_000;
    const columns = { cpuSeconds: [30, 31, 32], cpuLimitCores: flat(3, 0.4) };
    const signals = signalsOf({
      containers: [container(times(3), columns, { startedAtMs })],
      pods: [pod({ startedAtMs, readySinceMs: startedAtMs + 3000 })],
    });
    expect(signals.cpuSecondsUntilReady).to.equal(null);
  });

  it('of before the window is unknown', () => {
    expect(signalsOf({ pods: [pod()] }).cpuSecondsUntilReady).to.equal(null);
  });

  it('after a restart is told with its time', () => {
    expect(signalsOf({ pods: [pod({ restarts: 1, startedAtMs: END - 9000 })] }).restartedAtMs).to.equal(
      END - 9000,
    );
    expect(signalsOf({ pods: [pod({ restarts: 0, startedAtMs: END - 9000 })] }).restartedAtMs).to.equal(null);
  });
});

describe('last and largest use', () => {
  it('are of 60 s means for CPU and of samples for memory', () => {
    const cpuSeconds = [0, 0, 0, 0, 0, 6, 6, 6, 6, 6];
    const memoryBytes = [1, 9, 2, 2, 2, 2, 2, 2, 2, 3];
    const signals = signalsOf({ containers: [container(times(10), { cpuSeconds, memoryBytes })] });
    expect(signals).to.include({
      lastCpuCores: 0,
      maximumCpuCores: 0.1,
      lastMemoryBytes: 3,
      maximumMemoryBytes: 9,
    });
  });

  it('tell what all pods use together', () => {
    const cpuSeconds = [0, 3, 6, 9, 12];
    const containers = ['aaaaa', 'bbbbb'].map((name) =>
      container(times(5), { cpuSeconds }, { pod: `qrcode-7d9c9b5f4-${name}` }),
    );
    const signals = signalsOf({ containers });
    expect(signals.lastCpuCores).to.be.closeTo(0.2, 1e-9);
    expect(signals.lastTotalCpuCores).to.be.closeTo(0.4, 1e-9);
    expect(signals.maximumTotalCpuCores).to.be.closeTo(0.4, 1e-9);
  });
});
