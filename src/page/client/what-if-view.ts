import { parseDurationMs } from '#core/units/duration.ts';
import type { FunctionDetail } from '../api.ts';
import { latencyWhatIf } from '../latency-what-if.ts';
import { type Judged, outcomesOfWindow, replayWhatIf, type WhatIf, type WhatIfResult } from '../what-if.ts';
import { element, setText } from './element.ts';
import { createSlider, type Slider } from './slider.ts';
import { tableHead } from './table.ts';
import { cpuText, numberText, percentText, secondsText } from './text.ts';

/** What the charts draw of it; null before a slider was moved. */
export interface Tried {
  readonly result: WhatIfResult | null;
  readonly cpuLimit: readonly (number | null)[] | null;
}

export interface WhatIfView {
  readonly root: HTMLElement;
  update(detail: FunctionDetail): Tried | null;
}

const MINUTES = [0, 1, 2, 5, 10, 15, 30, 60, 120];
const EVIDENCE_MINUTES = [1.5, 5, 10, 15, 20, 30, 45, 60];
const BUDGETS_SECONDS = [null, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 1, 2, 5];

const minutesText = (minutes: number | null): string =>
  minutes === null || minutes === 0 ? 'none' : minutes < 60 ? `${minutes} min` : `${minutes / 60} h`;

/** The nearest of `values` that is not above `wanted`. */
function atMost(values: readonly number[], wanted: number): number {
  return values.findLast((value) => value <= wanted) ?? values[0] ?? 0;
}

/** Sliders that replay the policy on the shown window. `onChange` is called at most once a frame. */
export function createWhatIfView(onChange: () => void): WhatIfView {
  let isTouched = false;
  let isFilled = false;
  let frame = 0;
  const later = (): void => {
    isTouched = true;
    cancelAnimationFrame(frame);
    frame = requestAnimationFrame(onChange);
  };
  const shares = Array.from({ length: 50 }, (_, index) => (50 + index) / 100);
  const share = (value: number | null): string => (value === null ? '' : `p${Math.round(value * 100)}`);
  const cpu = createSlider('CPU quantile', shares, share, later);
  const memory = createSlider('Memory quantile', shares, share, later);
  const margins = Array.from({ length: 21 }, (_, index) => 1 + index / 20);
  const margin = createSlider('Margin', margins, (value) => percentText((value ?? 1) - 1), later);
  const cooldown = createSlider('Cooldown', MINUTES, minutesText, later);
  const evidence = createSlider('Evidence', EVIDENCE_MINUTES, minutesText, later);
  const budget = createSlider(
    'Latency budget',
    BUDGETS_SECONDS,
    (value) => (value === null ? 'none' : secondsText(value)),
    later,
  );
  const answer = element('div', { class: 'answer', role: 'status' }, element('p', {}, UNTOUCHED));
  const reset = element('button', { type: 'button' }, 'As it is');
  reset.addEventListener('click', () => {
    isFilled = false;
    isTouched = false;
    onChange();
  });

  const fill = ({ annotations }: FunctionDetail): void => {
    cpu.set(0.9);
    memory.set(0.95);
    margin.set(1.1);
    cooldown.set(atMost(MINUTES, minutesOf(annotations['foresize/cooldown'], 60)));
    // Longer evidence than the window would hold every shrink in it.
    evidence.set(
      atMost(EVIDENCE_MINUTES, Math.min(10, minutesOf(annotations['foresize/evidence'], 8 * 1440))),
    );
    budget.set(null);
    isFilled = true;
  };
  const asked = (): WhatIf => ({
    quantile: { cpu: cpu.value() ?? 0.9, memory: memory.value() ?? 0.95 },
    margin: margin.value() ?? 1.1,
    cooldownMs: (cooldown.value() ?? 0) * 60_000,
    evidenceMs: (evidence.value() ?? 10) * 60_000,
  });
  const sliders: readonly Slider[] = [cpu, memory, margin, cooldown, evidence, budget];

  return {
    root: element(
      'section',
      { class: 'what-if', 'aria-labelledby': 'what-if' },
      element('h2', { id: 'what-if' }, 'What if?'),
      element('div', { class: 'sliders' }, ...sliders.map(({ root }) => root), reset),
      answer,
    ),
    update(detail) {
      if (!isFilled) fill(detail);
      if (!isTouched) {
        answer.replaceChildren(element('p', {}, UNTOUCHED));
        return null;
      }
      const result = replayWhatIf(detail, asked());
      const seconds = budget.value();
      const cpuLimit = seconds === null ? null : latencyWhatIf(detail, seconds, asked().evidenceMs);
      answer.replaceChildren(...answerOf(detail, result), ...budgetAnswer(seconds, cpuLimit));
      return { result, cpuLimit };
    },
  };
}

const UNTOUCHED =
  'Move a slider: the policy decides this window again with that setting, on the forecasts as they were made. Nothing is changed anywhere.';

function minutesOf(duration: string | undefined, fallback: number): number {
  try {
    return duration === undefined ? fallback : parseDurationMs(duration) / 60_000;
  } catch {
    return fallback;
  }
}

function answerOf(detail: FunctionDetail, result: WhatIfResult | null): readonly Node[] {
  if (result === null)
    return [element('p', {}, 'There is no forecast, or no request, in this window to replay yet.')];
  const was = outcomesOfWindow(detail);
  const row = (label: string, now: Judged, then: Judged): HTMLElement =>
    element(
      'tr',
      {},
      element('th', { scope: 'row' }, label),
      element('td', {}, `${percentText(now.short)} → ${percentText(then.short)}`),
      element('td', {}, `${numberText(now.overUse)} → ${numberText(then.overUse)}`),
    );
  return [
    element(
      'table',
      {},
      element('caption', {}, 'The window as it was → as it would have been'),
      tableHead(['Request', 'Samples short', 'Reserved ÷ used']),
      element(
        'tbody',
        {},
        row('CPU', was.cpu, result.outcome.cpu),
        row('Memory', was.memory, result.outcome.memory),
      ),
    ),
    element('p', {}, `${result.resizes} ${result.resizes === 1 ? 'resize' : 'resizes'} in this window.`),
  ];
}

function budgetAnswer(seconds: number | null, limits: readonly (number | null)[] | null): readonly Node[] {
  if (seconds === null || limits === null) return [];
  const known = limits.filter((value) => value !== null);
  const text =
    known.length === 0
      ? 'There is no CPU limit, or no latency, in this window to judge a budget by.'
      : `Within a budget of ${secondsText(seconds)} each decision would have asked for a CPU limit of ${cpuText(Math.min(...known))} to ${cpuText(Math.max(...known))}, from the limit in force then.`;
  const note = element('p');
  setText(note, text);
  return [note];
}
