import { expect } from 'chai';
import fc from 'fast-check';
import { decide } from '#core/policy/decide.ts';
import { recordOf } from '#core/replay/decision-record.ts';
import { NO_LINES, readDecision } from '#core/replay/read-decisions.ts';
import { DecisionReplay, type Overrides } from '#core/replay/replay-decisions.ts';
import { ForesizeError } from '#core/errors/error.ts';
import type { Logged } from '../../plant/controller.ts';
import { HOUR, step, studyBursts, twoBecomeOne } from '../../plant/scenarios.ts';
import { simulate } from '../../plant/simulate.ts';
import { inputOf, MI } from '../policy/situation.ts';

const lineOf = ({ decision, input }: Logged): string =>
  JSON.stringify({ event: 'decision', ...recordOf(decision, input) });

function replayed(lines: readonly string[], overrides: Overrides = {}) {
  const replay = new DecisionReplay(overrides);
  const counts = { ...NO_LINES };
  for (const line of lines) {
    const record = readDecision(line, counts);
    if (record !== null) replay.add(record);
  }
  return { replay, counts };
}

describe('the replay of a decision log', () => {
  const scenarios = {
    'bursts that shrink on evidence': { ...studyBursts(0.1, 1.5) },
    'a step to one core in 64 MiB': step(0.02, 64, 48),
    'two pods of which one tries a shrink first': twoBecomeOne(1.3 * HOUR, 1.4 * HOUR),
  };
  for (const [name, scenario] of Object.entries(scenarios)) {
    it(`just written by the plant gives exactly the same decisions: ${name}`, async () => {
      const { log } = await simulate(scenario);
      const { replay, counts } = replayed(log.map(lineOf));
      expect(replay.differences).to.deep.equal([]);
      expect(replay.same).to.equal(log.length);
      expect(counts).to.deep.equal({ ...NO_LINES, decisions: log.length });
    });
  }

  it('gives the same decision for whatever was decided on', () => {
    const cores = fc.double({ min: 0, max: 8, noNaN: true });
    const bytes = fc.double({ min: 0, max: 2 ** 34, noNaN: true });
    const stretch = fc.double({ min: 0, max: 5, noNaN: true });
    fc.assert(
      fc.property(cores, bytes, stretch, fc.boolean(), (cpu, memory, slow, isFirst) => {
        const signals = { stretch: slow, throttledPeriods: 10 };
        const first = inputOf({ cpu, memory, signals });
        const { state } = decide(first);
        const input = isFirst ? first : { ...inputOf({ cpu: memory / 2 ** 33, memory: 90 * MI }), state };
        const { decision } = decide(input);
        const { replay } = replayed([lineOf({ decision, input })]);
        expect(replay.differences).to.deep.equal([]);
        expect(replay.same).to.equal(1);
      }),
      { numRuns: 60 },
    );
  });

  it('gives the same decision in the surroundings that it was made in', () => {
    const none = { cpuRequestCores: null, memoryRequestBytes: null, memoryLimitBytes: null };
    const quota = {
      name: 'team',
      hard: { ...none, cpuLimitCores: 2 },
      used: { ...none, cpuLimitCores: 1.9 },
    };
    const free = { cpu: null, memory: null };
    const hpa = {
      minReplicas: 1,
      maxReplicas: 3,
      metrics: [{ resource: 'cpu', kind: 'Utilization' }],
    } as const;
    const surroundings = {
      servesResize: false,
      limitRanges: [{ name: 'sizes', min: free, max: { cpu: null, memory: 2 ** 30 }, ratio: free }],
      quotas: [quota],
      hpas: ['qrcode', 'other'].map((target) => ({ ...hpa, name: target, target })),
      unknown: ['a list was refused'],
    };
    const asked = inputOf({ signals: { stretch: 2, throttledPeriods: 10 } });
    const nodes = asked.nodes.map((node) => ({
      ...node,
      pressures: ['DiskPressure'],
      kubeletVersion: 'v1.30.0',
    }));
    const input = { ...asked, nodes, surroundings, resizeHeld: 'no resize here' };
    const { decision } = decide(input);
    expect(decision.to?.cpuLimitCores).to.equal(0.6);
    const line = lineOf({ decision, input });
    expect(line).to.contain('"qrcode"').and.not.contain('"other"');
    const { replay } = replayed([line]);
    expect(replay.differences).to.deep.equal([]);
    expect(replay.same).to.equal(1);
  });

  it('tells a decision that today’s policy would not make, with what it was', () => {
    const input = inputOf({ cpu: 0.3 });
    const { decision } = decide(input);
    const earlier = { ...decision, to: { ...input.live.template, cpuRequestCores: 0.9 } };
    const { replay } = replayed([lineOf({ decision: earlier, input })]);
    const [difference] = replay.differences;
    expect(difference?.logged.to?.cpuRequestCores).to.equal(0.9);
    expect(difference?.replayed.to?.cpuRequestCores).to.equal(0.33);
  });

  it('counts lines of other kinds, torn ones, and decisions without their input', () => {
    const input = inputOf({});
    const { decision } = decide(input);
    const line = lineOf({ decision, input });
    const bare = JSON.stringify({ event: 'decision', ...decision });
    const { replay, counts } = replayed([
      line,
      '{"level":30,"msg":"ready"}',
      '',
      'plain',
      bare,
      line.slice(0, 900),
    ]);
    expect(counts).to.deep.equal({ decisions: 2, withoutInput: 1, others: 2, unreadable: 1 });
    expect(replay.same).to.equal(1);
  });

  it('lets each function go its own way with other settings', async () => {
    const { log } = await simulate({
      ...studyBursts(0.1, 1.5),
      resources: { ...studyBursts(0.1).resources, cpuRequestCores: 2 },
    });
    const lines = log.map(lineOf);
    const [careful] = replayed(lines, { 'foresize/evidence': '8d' }).replay.functions;
    const [quick] = replayed(lines, { 'foresize/evidence': '10m', 'foresize/cooldown': '1m' }).replay
      .functions;
    const ratio = (outcome: typeof quick): number => outcome?.replayed.cpu.allocationOverUse ?? NaN;
    expect(careful?.logged).to.deep.equal(quick?.logged);
    expect(ratio(careful)).to.be.above(2 * ratio(quick));
    expect(quick?.replayed.resizes).to.be.above(careful?.replayed.resizes ?? Infinity);
  });

  it('refuses settings that no function can have', () => {
    const input = inputOf({});
    const line = lineOf({ decision: decide(input).decision, input });
    const error = failureOf(() => replayed([line], { 'foresize/cooldwn': '30m' }));
    expect(error.code).to.equal('annotation-invalid');
    expect(error.message).to.include('foresize/cooldown');
  });
});

function failureOf(run: () => unknown): ForesizeError {
  try {
    run();
  } catch (error) {
    if (error instanceof ForesizeError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}
