import { expect } from 'chai';
import fc from 'fast-check';
import { functionUsageSchema, type FunctionUsage } from '#core/messages/usage.ts';
import { buildUsage } from '#core/usage/build-usage.ts';
import type { ContainerSeries, Reading } from '#core/usage/reading.ts';
import { calls, container, everyMs, pod } from './readings.ts';

const END = 1_700_000_010_000;
const STEP = 15_000;
const grid = { stepMs: STEP, steps: 8, endMs: END };

const reading = (containers: readonly ContainerSeries[], rest: Partial<Reading> = {}): Reading => ({
  atMs: END,
  containers,
  calls: [],
  pods: [],
  ...rest,
});

function only(containers: readonly ContainerSeries[], rest: Partial<Reading> = {}): FunctionUsage {
  const usages = buildUsage(reading(containers, rest), grid);
  expect(usages).to.have.length(1);
  return usages[0]!;
}

const sum = (series: readonly (number | null)[]): number =>
  series.reduce<number>((total, value) => total + (value ?? 0), 0);

describe('usage from raw counters', () => {
  it('lays even samples on the grid exactly', () => {
    const { series } = only([
      container(everyMs(STEP, 9, END), {
        cpuSeconds: [0, 3, 3, 6, 6, 6, 6, 6, 21],
        memoryBytes: [9, 1, 2, 3, 4, 5, 6, 7, 8],
      }),
    ]);
    expect(series.cpuCores).to.deep.equal([0.2, 0, 0.2, 0, 0, 0, 0, 1]);
    expect(series.memoryBytes).to.deep.equal([1, 2, 3, 4, 5, 6, 7, 8]);
    expect(series.pods).to.deep.equal(Array(8).fill(1));
  });

  it('floors the end of the grid to the step', () => {
    const series = container(everyMs(STEP, 9, END), { cpuSeconds: [0, 1, 2, 3, 4, 5, 6, 7, 22] });
    const [late] = buildUsage(reading([series]), { ...grid, endMs: END + 14_999 });
    expect(late?.series.cpuCores.at(-1)).to.equal(1);
  });

  it('splits an increment between the steps it spans', () => {
    const { series } = only([container([END - 20_000, END - 5_000, END], { cpuSeconds: [0, 3, 4] })]);
    expect(series.cpuCores.slice(-2).map((value) => value?.toFixed(6))).to.deep.equal([
      (0.2).toFixed(6),
      ((10 * 0.2 + 1) / 15).toFixed(6),
    ]);
  });

  it('takes a counter that falls as begun again at 0', () => {
    const { series } = only([container(everyMs(STEP, 4, END), { cpuSeconds: [100, 103, 1.5, 3] })]);
    expect(series.cpuCores.slice(-3)).to.deep.equal([0.2, 0.1, 0.1]);
  });

  it('shows a gap as null, never as 0', () => {
    const times = [0, 1, 5, 6, 7, 8].map((step) => END - (8 - step) * STEP);
    const { series } = only([
      container(times, { cpuSeconds: [0, 1, 5, 6, 7, 8], memoryBytes: [1, 1, 1, 1, 1, 1] }),
    ]);
    expect(series.cpuCores.map((value) => value === null)).to.deep.equal([
      false,
      true,
      true,
      true,
      true,
      false,
      false,
      false,
    ]);
    expect(series.memoryBytes.slice(1, 4)).to.deep.equal([null, null, null]);
    expect(series.pods.slice(1, 4)).to.deep.equal([null, null, null]);
  });

  it('bridges up to 2.5 typical periods', () => {
    const slow = 30_000;
    const times = [END - 4 * slow, END - 3 * slow, END - 2 * slow, END];
    const { series } = only([container(times, { cpuSeconds: [0, 3, 6, 12] })]);
    expect(series.cpuCores).to.deep.equal(Array(8).fill(0.1));
  });

  it('is null where a function has no replica', () => {
    const { series, signals } = only([], { pods: [pod({ ready: false })] });
    expect(
      Object.values(series)
        .flat()
        .every((value) => value === null),
    ).to.equal(true);
    expect(signals).to.include({ stretch: null, lastCpuCores: null, notReady: true });
  });

  it('sorts samples, keeps the later of two at one time, and drops NaN, negative and infinite values', () => {
    const times = [3, 1, 0, 2, 2, 4, 5].map((step) => END - (5 - step) * STEP);
    const { series } = only([
      container(times, { cpuSeconds: [9, 3, 0, 77, 6, -1, 15], memoryBytes: [4, 2, 1, 0, 3, NaN, Infinity] }),
    ]);
    expect(series.cpuCores.slice(-5).map((value) => value?.toFixed(9))).to.deep.equal(
      Array(5).fill((0.2).toFixed(9)),
    );
    expect(series.memoryBytes.slice(-5)).to.deep.equal([2, 3, 4, 4, 4]);
  });

  it('takes use from the busiest pod, its limit with it, and adds the pods up beside', () => {
    const times = everyMs(STEP, 3, END);
    const { series } = only([
      container(times, { cpuSeconds: [0, 3, 3], memoryBytes: [5, 5, 5], cpuLimitCores: [1, 1, 1] }),
      container(
        times,
        { cpuSeconds: [0, 1.5, 6], memoryBytes: [7, 7, 7], cpuLimitCores: [2, 2, 2] },
        { pod: 'qrcode-7d9c9b5f4-zzzzz' },
      ),
    ]);
    expect(series.cpuCores.slice(-2)).to.deep.equal([0.2, 0.3]);
    expect(series.cpuLimitCores.slice(-2)).to.deep.equal([1, 2]);
    expect(series.totalCpuCores.slice(-2).map((value) => value?.toFixed(9))).to.deep.equal(
      [0.3, 0.3].map((value) => value.toFixed(9)),
    );
    expect(series.memoryBytes.slice(-2)).to.deep.equal([7, 7]);
    expect(series.pods.slice(-2)).to.deep.equal([2, 2]);
  });

  it('tells functions apart by the pods the cluster lists, else by the Deployment in the pod’s name', () => {
    const times = everyMs(STEP, 2, END);
    const usages = buildUsage(
      reading(
        [
          container(times, { cpuSeconds: [0, 1] }, { pod: 'odd-name' }),
          container(times, { cpuSeconds: [0, 1] }, { pod: 'two-words-7d9c9b5f4-abcde' }),
        ],
        { pods: [pod({ pod: 'odd-name', functionName: 'known' })] },
      ),
      grid,
    );
    expect(usages.map(({ name }) => name)).to.deep.equal(['known', 'two-words']);
  });

  it('leaves sidecars out', () => {
    const times = everyMs(STEP, 2, END);
    const { series } = only([
      container(times, { cpuSeconds: [0, 1.5] }, { container: 'qrcode' }),
      container(times, { cpuSeconds: [0, 15] }, { container: 'linkerd-proxy' }),
    ]);
    expect(series.cpuCores.at(-1)).to.equal(0.1);
  });

  it('joins the runs of a restarted container, and counts from a start it saw', () => {
    const { series } = only([
      container([END - 2 * STEP, END - STEP], { cpuSeconds: [50, 53] }),
      container([END], { cpuSeconds: [1.5] }, { startedAtMs: END - STEP }),
    ]);
    expect(series.cpuCores.slice(-2)).to.deep.equal([0.2, 0.1]);
  });

  it('brings a newest step that is known in part to a whole one', () => {
    const { series } = only([container([END - 25_000, END - 10_000], { cpuSeconds: [0, 3] })], {
      calls: [calls([END - 25_000, END - 10_000], [0, 30])],
    });
    expect(series.cpuCores.at(-1)).to.be.closeTo(0.2, 1e-12);
    expect(series.callsStarted.at(-1)).to.be.closeTo(30, 1e-9);
  });

  it('counts calls per step, null without counters', () => {
    const containers = [container(everyMs(STEP, 9, END), { cpuSeconds: [0, 1, 2, 3, 4, 5, 6, 7, 8] })];
    expect(only(containers).series.callsStarted).to.deep.equal(Array(8).fill(null));
    const counted = only(containers, { calls: [calls(everyMs(STEP, 3, END), [4, 4, 9])] });
    expect(counted.series.callsStarted.slice(-3)).to.deep.equal([null, 0, 5]);
  });

  it('makes no function of calls alone: anyone can call any name', () => {
    expect(buildUsage(reading([], { calls: [calls([END], [1])] }), grid)).to.deep.equal([]);
  });

  const jittered = fc
    .array(
      fc.record({
        afterMs: fc.integer({ min: 1, max: 39_999 }),
        grows: fc.double({ min: 0, max: 100, noNaN: true }),
      }),
      {
        minLength: 2,
        maxLength: 60,
      },
    )
    .map((samples) => {
      let [time, value] = [END - 60 * 40_000, 7];
      return samples.map(({ afterMs, grows }) => [(time += afterMs), (value += grows)] as const);
    });
  const wide = { stepMs: STEP, steps: 200, endMs: END };
  const stepEdge = (ms: number): number => Math.ceil(ms / STEP) * STEP;

  it('loses nothing of a counter: whole steps add up to its increase, however the samples lie', () => {
    fc.assert(
      fc.property(jittered, (samples) => {
        // Samples at rest until the next edges of the grid make all steps whole.
        const [first, last] = [samples[0]!, samples.at(-1)!];
        const before = stepEdge(first[0]) - STEP;
        const all = [
          [before, first[1]] as const,
          ...samples,
          [stepEdge(last[0] + 1), last[1]] as const,
        ].filter(([time], i, list) => i === 0 || time !== list[i - 1]![0]);
        const usage = buildUsage(
          reading([
            container(
              all.map(([time]) => time),
              { cpuSeconds: all.map(([, value]) => value) },
            ),
          ]),
          wide,
        )[0]!;
        const increase = last[1] - first[1];
        // Each of the 200 steps is rounded to whole microcores.
        const rounding = 200 * 0.5e-6 * 15;
        expect(sum(usage.series.cpuCores) * 15).to.be.closeTo(increase, rounding + 1e-9 * increase);
      }),
    );
  });

  it('does not depend on the order of the samples', () => {
    fc.assert(
      fc.property(
        jittered.chain((samples) =>
          fc.tuple(fc.constant(samples), fc.shuffledSubarray(samples, { minLength: samples.length })),
        ),
        ([sorted, shuffled]) => {
          const build = (samples: readonly (readonly [number, number])[]) =>
            buildUsage(
              reading([
                container(
                  samples.map(([time]) => time),
                  {
                    cpuSeconds: samples.map(([, value]) => value),
                    memoryBytes: samples.map(([, value]) => value),
                  },
                ),
              ]),
              wide,
            );
          expect(build(shuffled)).to.deep.equal(build(sorted));
        },
      ),
    );
  });

  it('makes a valid message of any numbers whatever', () => {
    const number = fc.double();
    const row = fc.tuple(
      fc.oneof(fc.integer({ min: END - 200_000, max: END + 5000 }), number),
      fc.array(number, { minLength: 7, maxLength: 7 }),
    );
    fc.assert(
      fc.property(fc.array(row, { maxLength: 20 }), (rows) => {
        const column = (at: number): number[] => rows.map(([, values]) => values[at]!);
        const times = rows.map(([time]) => time);
        const usage = buildUsage(
          reading(
            [
              container(times, {
                cpuSeconds: column(0),
                memoryBytes: column(1),
                throttledSeconds: column(2),
                throttledPeriods: column(3),
                oomEvents: column(4),
                cpuLimitCores: column(5),
                memoryLimitBytes: column(6),
              }),
            ],
            { calls: [calls(times, column(0), column(1), { 1: column(2), '+Inf': column(3) })] },
          ),
          grid,
        );
        for (const each of usage) expect(functionUsageSchema.safeParse(each).error).to.equal(undefined);
      }),
    );
  });
});
