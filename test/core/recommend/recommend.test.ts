import { expect } from 'chai';
import type { PastHour } from '#core/recommend/past-use.ts';
import { DAY, HOUR, MI, MINUTE, NOW, SIZES } from '../policy/situation.ts';
import { recommended } from './recommended.ts';

const IDLE = {
  cpu: 0.005,
  memory: 20 * MI,
  signals: {
    lastCpuCores: 0.005,
    maximumCpuCores: 0.005,
    lastMemoryBytes: 20 * MI,
    maximumMemoryBytes: 20 * MI,
  },
};

const JUDGED = {
  replay: { samples: 200, spanMs: HOUR, shortCpu: 0, shortMemory: 0 },
  skill: { cpu: 0.9, memory: 1 },
  coverage: { cpu: 0.97, memory: 0.99 },
};

const BUSY = { cpuCores: 0.06, totalCpuCores: 0.06, memoryBytes: 100 * MI };

const CLOSED = [3, 4];

/** So many hours up to now, idle but for one. */
function pastHours(
  count: number,
  { hoursAgo = 20, ...busy }: Omit<PastHour, 'startMs'> & { hoursAgo?: number },
): PastHour[] {
  return Array.from({ length: count }, (_, index) => {
    const ago = count - 1 - index;
    const idle = { cpuCores: 0.004, totalCpuCores: 0.004, memoryBytes: 19 * MI };
    return { startMs: NOW - ago * HOUR, ...(ago === hoursAgo ? busy : idle) };
  });
}

describe('A recommendation', () => {
  it('goes to the end at once: to what is used and a margin, where the policy would take many steps', () => {
    const { to, reason, savedCpuCores, savedMemoryBytes } = recommended(IDLE);
    expect(to).to.deep.equal({
      cpuRequestCores: 0.006,
      cpuLimitCores: SIZES.cpuLimitCores,
      memoryRequestBytes: 22 * MI,
      memoryLimitBytes: 24 * MI,
    });
    expect(reason).to.equal('waste');
    expect(savedCpuCores).to.equal(0.094);
    expect(savedMemoryBytes).to.equal(106 * MI);
  });

  it('counts what all pods together save', () => {
    const pods = [{}, { pod: 'qrcode-2' }, { pod: 'qrcode-3' }];
    expect(recommended({ ...IDLE, pods }).savedCpuCores).to.equal(0.282);
  });

  it('is not below the highest use of a longer record, whatever the window and the forecast say', () => {
    const { to, use, knownMs } = recommended({ ...IDLE, past: pastHours(9 * 24, BUSY) });
    expect(to.cpuRequestCores).to.equal(0.066);
    expect(to.memoryRequestBytes).to.equal(110 * MI);
    expect(to.memoryLimitBytes).to.equal(120 * MI);
    expect(use.cpu).to.deep.equal({ p50: 0.005, p95: 0.005, peak: 0.06 });
    expect(knownMs).to.equal(9 * DAY - 2 * HOUR);
  });

  it('looks no further back than the function asks for', () => {
    const past = pastHours(9 * 24, { ...BUSY, hoursAgo: 30 });
    const annotations = { 'foresize/evidence': '6h' };
    expect(recommended({ ...IDLE, past, annotations }).to.cpuRequestCores).to.equal(0.006);
    expect(recommended({ ...IDLE, past }).to.cpuRequestCores).to.equal(0.066);
  });

  it('leaves one pod room for the work that several shared', () => {
    const past = pastHours(9 * 24, { ...BUSY, totalCpuCores: 0.18 });
    expect(recommended({ ...IDLE, past }).to.cpuRequestCores).to.equal(0.198);
    const labels = { 'com.openfaas.scale.min': '3' };
    expect(recommended({ ...IDLE, past, labels }).to.cpuRequestCores).to.equal(0.066);
  });

  it('does not depend on what is set today', () => {
    const small = recommended({ ...IDLE, sizes: { cpuRequestCores: 0.002, memoryRequestBytes: 8 * MI } });
    const large = recommended({ ...IDLE, sizes: { cpuRequestCores: 0.4, memoryRequestBytes: 250 * MI } });
    expect(small.to).to.deep.equal(large.to);
    expect(small.reason).to.equal('short');
  });

  it('gives requests and a memory limit to a pod that has none, and no CPU limit', () => {
    const none = {
      cpuRequestCores: null,
      cpuLimitCores: null,
      memoryRequestBytes: null,
      memoryLimitBytes: null,
    };
    const { to, reason, savedCpuCores } = recommended({ ...IDLE, sizes: none, qosClass: 'BestEffort' });
    expect(to).to.deep.equal({
      cpuRequestCores: 0.006,
      cpuLimitCores: null,
      memoryRequestBytes: 22 * MI,
      memoryLimitBytes: 24 * MI,
    });
    expect(reason).to.equal('unset');
    expect(savedCpuCores).to.equal(-0.006);
  });

  it('keeps requests equal to limits in a Guaranteed pod', () => {
    const sizes = { cpuRequestCores: 0.5, memoryRequestBytes: 256 * MI };
    const { to } = recommended({ ...IDLE, sizes, qosClass: 'Guaranteed' });
    expect(to.cpuRequestCores).to.equal(to.cpuLimitCores);
    expect(to.memoryRequestBytes).to.equal(to.memoryLimitBytes);
    expect(to.memoryLimitBytes).to.equal(24 * MI);
  });

  it('raises a CPU limit that slows work to where it would not', () => {
    const { to, reason, stretch } = recommended({ signals: { stretch: 3, throttledPeriods: 40 } });
    expect(to.cpuLimitCores).to.equal(2.4);
    expect(reason).to.equal('throttled');
    expect(stretch).to.equal(3);
  });

  it('calls nothing throttled for what an earlier limit did', () => {
    const halves = (before: number, after: number): number[] =>
      Array.from({ length: 240 }, (_, step) => (step < 120 ? before : after));
    const throttledSeries = halves(30, 0);
    const of = (before: number): string =>
      recommended({ ...IDLE, throttledSeries, limitSeries: halves(before, 0.5) }).reason;
    expect(of(0.5)).to.equal('throttled');
    expect(of(0.1)).to.equal('waste');
  });

  it('raises a memory limit at which a pod was killed, and says so first', () => {
    const oomKills = [{ atMs: NOW - MINUTE, memoryLimitBytes: 256 * MI }];
    const { to, reason } = recommended({ ...IDLE, signals: { ...IDLE.signals, oomKills, stretch: 3 } });
    expect(to.memoryLimitBytes).to.equal(384 * MI);
    expect(reason).to.equal('killed');
  });

  it("keeps the annotations' bounds", () => {
    const annotations = { 'foresize/cpu-min': '50m', 'foresize/memory-min': '64Mi' };
    const { to } = recommended({ ...IDLE, annotations });
    expect(to.cpuRequestCores).to.equal(0.05);
    expect(to.memoryRequestBytes).to.equal(64 * MI);
  });

  it('waits for no cooldown, gate or settled pod', () => {
    const young = [{ startedAtMs: NOW - 1000, readySinceMs: NOW - 500 }];
    const annotations = { 'foresize/gate': 'on', 'foresize/cooldown': '8d' };
    expect(recommended({ ...IDLE, pods: young, annotations }).to.cpuRequestCores).to.equal(0.006);
  });

  it('leaves everything where nothing is known', () => {
    const signals = {
      lastCpuCores: null,
      maximumCpuCores: null,
      lastMemoryBytes: null,
      maximumMemoryBytes: null,
      stretch: null,
    };
    const evidence = { samples: 0, age: null };
    const { to, from, reason, confidence } = recommended({ cpu: null, memory: null, signals, evidence });
    expect(to).to.deep.equal(from);
    expect(reason).to.equal('unknown');
    expect(confidence).to.deep.equal({ level: 'low', reason: 'no sample of its use' });
  });

  it('calls sizes fine that are within the tolerance of the policy', () => {
    const sizes = { memoryLimitBytes: 132 * MI, memoryRequestBytes: 121 * MI };
    expect(recommended({ sizes }).reason).to.equal('fine');
  });

  it('tells each step from the sizes of today', () => {
    const { steps } = recommended(IDLE);
    const first = steps.find(({ resource }) => resource === 'cpu-request');
    expect(first).to.include({ rule: 'cpu-request', before: 0.1, after: 0.006 });
  });
});

describe('The confidence of a recommendation', () => {
  const long = pastHours(9 * 24, { cpuCores: 0.09, totalCpuCores: 0.09, memoryBytes: 110 * MI });

  it('is low within the first day, unless the function asks for less', () => {
    const cpuSeries = Array.from({ length: 12 }, () => 0.09);
    const { confidence } = recommended({ cpuSeries, evidence: JUDGED });
    expect(confidence).to.deep.equal({ level: 'low', reason: 'only 3m of use known' });
    expect(recommended({ evidence: JUDGED }).confidence.level).to.equal('low');
    const annotations = { 'foresize/evidence': '1h' };
    expect(recommended({ evidence: JUDGED, annotations }).confidence.level).to.equal('high');
  });

  it('is medium while less is known than the function asks for', () => {
    const { confidence } = recommended({ evidence: JUDGED, past: long.slice(-30) });
    expect(confidence).to.deep.equal({ level: 'medium', reason: '1d4h of use known, of 8d' });
  });

  it('is high once all of it is known and the forecasts held', () => {
    const { confidence } = recommended({ evidence: JUDGED, past: long });
    expect(confidence).to.deep.equal({ level: 'high', reason: '8d22h of use known, and the forecasts held' });
  });

  it('is medium where days are missing, and less where the record is shorter', () => {
    const open = long.filter(({ startMs }) => !CLOSED.includes(new Date(startMs).getUTCDay()));
    expect(recommended({ evidence: JUDGED, past: open }).confidence).to.deep.equal({
      level: 'medium',
      reason: 'use unknown for 2 of the last 9 days',
    });
    expect(recommended({ evidence: JUDGED, past: long.slice(-80) }).confidence).to.deep.equal({
      level: 'medium',
      reason: '3d6h of use known, of 8d',
    });
  });

  it('is medium where the forecasts did not prove themselves, and says how', () => {
    const of = (evidence: object): string =>
      recommended({ evidence: { ...JUDGED, ...evidence }, past: long }).confidence.reason;
    expect(of({ replay: { ...JUDGED.replay, shortCpu: 10 } })).to.include('short in 5 % of its samples');
    expect(of({ skill: { cpu: 1.4, memory: 1 } })).to.include('worse than repeating the last value');
    expect(of({ coverage: { cpu: 0.5, memory: 1 } })).to.include('only 50 % held');
    expect(of({ replay: null })).to.include('could not be judged');
    expect(of({ censored: 3 })).to.include('demand may be higher');
  });

  it('is low on old use', () => {
    const { confidence } = recommended({ evidence: { ...JUDGED, age: 10 * MINUTE }, past: long });
    expect(confidence).to.deep.equal({ level: 'low', reason: 'the newest sample is 10m old' });
  });
});
