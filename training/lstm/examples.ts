import type { FunctionHistory } from '#core/replay/history.ts';
import { FAR_STEPS, lstmInputs, NEAR_STEPS } from '#forecast/lstm/inputs.ts';
import { factsOf, type WindowFacts } from '#forecast/calls/window-facts.ts';
import { pastPeaks } from '#forecast/past-peaks.ts';
import type { MetricWindow } from '#forecast/forecaster.ts';
import { cpuWindow, sliceWindow } from './history-window.ts';
import type { Windows } from './windows.ts';

/**
 * Sequences to train on. Targets: the next sample, the near peak, the far peak, in scales above the value now. A target
 * counts as much as its mask says.
 */
export interface Examples extends Windows {
  readonly mask: Float32Array;
}

export interface ExampleOptions {
  readonly names: readonly string[];
  /** Rows of a sequence. */
  readonly steps: number;
  /** From the start of one sequence to the next. */
  readonly stride: number;
}

/** Rows at the start of each sequence that are not learned from. */
const BURN_IN = 24;

/** Targets are cut off here: a rarer jump would outweigh all others. */
const LEAST_TARGET = -3;
const LARGEST_TARGET = 8;

const TARGETS = 3;

/**
 * Losses are ratios to what a function's own restlessness makes unavoidable; without that, the few restless ones decide
 * everything. A target that hardly moves counts as if it moved by this much.
 */
const SMALLEST_DEVIATION = 0.02;

/** Largest deviations that restlessness leaves out, so that a start-up does not make the hour around it count for little. */
const LEFT_OUT_SHARE = 0.05;

/**
 * Sequences of the histories as the forecaster would meet them: each is a window of its own, whose inputs know nothing
 * of what was before it. Gaps, censored samples and peaks whose horizon is not complete are masked.
 */
export function makeExamples(histories: readonly FunctionHistory[], options: ExampleOptions): Examples {
  const { names, steps, stride } = options;
  const parts = histories.flatMap((history) => {
    const whole = cpuWindow(history, NEAR_STEPS);
    const truth = truthOf(whole);
    const starts = [];
    for (let start = 0; start + steps <= whole.values.length; start += stride) starts.push(start);
    return starts.map((start) => ({ whole, truth, start }));
  });
  const examples = {
    count: parts.length,
    steps,
    inputs: new Float32Array(parts.length * steps * names.length),
    targets: new Float32Array(parts.length * steps * TARGETS),
    mask: new Float32Array(parts.length * steps * TARGETS),
  };
  for (const [k, { whole, truth, start }] of parts.entries()) {
    const facts = factsOf(sliceWindow(whole, start, start + steps));
    examples.inputs.set(lstmInputs(facts, names), k * steps * names.length);
    fillTargets(examples, k, { facts, truth, start });
    weighTargets(examples, k);
  }
  return examples;
}

/** What came after each step of a whole history; NaN where it is not known or not to be learned from. */
interface Truth {
  readonly next: Float64Array;
  readonly near: Float64Array;
  readonly far: Float64Array;
}

function truthOf(whole: MetricWindow): Truth {
  const next = whole.values.map((_, i) => {
    const value = whole.censored[i + 1] === 1 ? NaN : (whole.values[i + 1] ?? NaN);
    return whole.censored[i] === 1 ? NaN : value;
  });
  return {
    next,
    near: pastPeaks({ ...whole, horizonSteps: NEAR_STEPS }),
    far: pastPeaks({ ...whole, horizonSteps: FAR_STEPS }),
  };
}

interface Part {
  readonly facts: WindowFacts;
  readonly truth: Truth;
  readonly start: number;
}

function fillTargets({ steps, targets, mask }: Examples, k: number, { facts, truth, start }: Part): void {
  const columns = [truth.next, truth.near, truth.far];
  for (let i = BURN_IN; i < steps; i++) {
    const now = Number.isNaN(facts.window.control[i] ?? NaN) ? NaN : (facts.control[i] ?? NaN);
    for (const [j, column] of columns.entries()) {
      const target = ((column[start + i] ?? NaN) - now) / (facts.scale[i] ?? NaN);
      if (Number.isNaN(target)) continue;
      const cell = (k * steps + i) * TARGETS + j;
      targets[cell] = Math.min(Math.max(target, LEAST_TARGET), LARGEST_TARGET);
      mask[cell] = 1;
    }
  }
}

/** Each target of a sequence counts for 1 over its mean absolute deviation from its median there, without the largest. */
function weighTargets({ steps, targets, mask }: Examples, k: number): void {
  for (let j = 0; j < TARGETS; j++) {
    const cells = Array.from({ length: steps }, (_, i) => (k * steps + i) * TARGETS + j).filter(
      (cell) => mask[cell] === 1,
    );
    const sorted = Float32Array.from(cells, (cell) => targets[cell] ?? 0).sort();
    const median = sorted[sorted.length >> 1] ?? 0;
    const deviations = sorted.map((target) => Math.abs(target - median)).sort();
    const kept = deviations.subarray(0, Math.ceil(deviations.length * (1 - LEFT_OUT_SHARE)));
    const deviation = kept.reduce((sum, size) => sum + size, 0) / kept.length;
    for (const cell of cells) mask[cell] = 1 / (SMALLEST_DEVIATION + deviation);
  }
}
