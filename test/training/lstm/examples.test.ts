import { expect } from 'chai';
import type { FunctionHistory } from '#core/replay/history.ts';
import { factsOf } from '#forecast/calls/window-facts.ts';
import { lstmInputs } from '#forecast/lstm/inputs.ts';
import { type Examples, makeExamples } from '../../../training/lstm/examples.ts';
import { cpuWindow, sliceWindow } from '../../../training/lstm/history-window.ts';

const NAMES = ['level', 'nowcast', 'far-rise-p90'];
const OPTIONS = { names: NAMES, steps: 60, stride: 40 };
const STEPS = 130;

/** Values as they are: 5 min means, so that a target can be read off. */
function history(change: Partial<FunctionHistory> = {}): FunctionHistory {
  const cpuCores = Float64Array.from(
    { length: STEPS },
    (_, i) => 0.1 + 0.05 * Math.sin(i / 3) + (i % 7) / 100,
  );
  return {
    name: 'f',
    namespace: 'test',
    startMs: 1_700_000_000_000,
    stepMs: 15_000,
    cpuCores,
    cpuMeanMs: 300_000,
    memoryBytes: new Float64Array(STEPS).fill(1e7),
    callsStarted: Float64Array.from({ length: STEPS }, (_, i) => i % 3),
    cpuLimitCores: null,
    memoryLimitBytes: null,
    oomKillsMs: [],
    ...change,
  };
}

const cell = ({ steps }: Examples, sequence: number, row: number, head: number): number =>
  (sequence * steps + row) * 3 + head;

describe('examples to train on', () => {
  it('are sequences whose inputs know nothing of what was before them', () => {
    const examples = makeExamples([history()], OPTIONS);
    expect(examples.count).to.equal(2);
    const second = lstmInputs(factsOf(sliceWindow(cpuWindow(history(), 5), 40, 100)), NAMES);
    expect([...examples.inputs.subarray(60 * NAMES.length)]).to.deep.equal([...second]);
  });

  it('have the next value and both peaks as targets, in scales above the value now', () => {
    const { cpuCores } = history();
    const examples = makeExamples([history()], OPTIONS);
    const { scale } = factsOf(sliceWindow(cpuWindow(history(), 5), 40, 100));
    for (const row of [24, 59]) {
      const now = cpuCores[40 + row] ?? NaN;
      for (const [head, steps] of [1, 5, 20].entries()) {
        const peak = Math.max(...cpuCores.subarray(41 + row, 41 + row + steps));
        const target = (peak - now) / (scale[row] ?? NaN);
        expect(examples.targets[cell(examples, 1, row, head)]).to.be.closeTo(target, 1e-6);
      }
    }
  });

  it('leave out their first rows, gaps, censored samples, and horizons that are not complete', () => {
    const cpuCores = history().cpuCores.slice();
    cpuCores[40] = NaN;
    const limits = new Float64Array(STEPS).fill(10);
    limits[90] = (cpuCores[90] ?? 0) / 0.95;
    const examples = makeExamples([history({ cpuCores, cpuLimitCores: limits })], { ...OPTIONS, stride: 70 });
    const counts = (sequence: number, row: number): boolean[] =>
      [0, 1, 2].map((head) => (examples.mask[cell(examples, sequence, row, head)] ?? 0) > 0);
    expect(counts(0, 23)).to.deep.equal([false, false, false]);
    expect(counts(0, 25)).to.deep.equal([true, true, false]);
    expect(counts(0, 35)).to.deep.equal([true, false, false]);
    expect(counts(0, 39)).to.deep.equal([false, false, false]);
    expect(counts(0, 40)).to.deep.equal([false, false, false]);
    expect(counts(0, 41)).to.deep.equal([true, true, true]);
    // The second begins at 70; step 90 is at its limit, and nothing is known after step 129.
    expect(counts(1, 59)).to.deep.equal([false, false, false]);
    expect(counts(1, 54)).to.deep.equal([true, true, false]);
  });

  it('count for more where the function is quieter', () => {
    const loud = history();
    const quiet = history({
      cpuCores: loud.cpuCores.map((use, i) => (i === 0 ? use : 0.1 + (use - 0.1) / 10)),
    });
    const [one, other] = [loud, quiet].map((each) => makeExamples([each], { ...OPTIONS, stride: 1000 }));
    for (const head of [0, 1, 2]) {
      const weight = one?.mask[cell(one, 0, 30, head)] ?? 0;
      expect(other?.mask[cell(other, 0, 30, head)] ?? 0, String(head)).to.be.above(2 * weight);
      expect(one?.mask[cell(one, 0, 31, head)]).to.equal(weight);
    }
  });

  it('do not exist for a history shorter than a sequence', () => {
    expect(makeExamples([history()], { ...OPTIONS, steps: 131 }).count).to.equal(0);
  });
});
