import type { Toolkit } from '#forecast/predict-usage.ts';
import type { PageData } from '#page/answer.ts';
import { createPageData } from '#page/page-data.ts';
import { observe } from '../observe/observe.ts';
import { NO_PAST, type Past } from '../observe/past.ts';
import type { Target } from '../observe/target.ts';
import { lookingToolkit } from '../observe/toolkit.ts';
import type { Decisions } from './decisions.ts';
import { observedPage } from './observed-page.ts';

/** As collect-metrics does: whoever opens the page later sees what was before. */
const READ_EVERY_MS = 15_000;

export interface TargetPage {
  readonly data: PageData;
  /** Ends what is under way; the target is left open. */
  readonly close: () => void;
}

/** What the page shows of a target, which is read from now on, and looked at when somebody asks. */
export function createTargetPage(target: Target, decisions: Decisions, past: Past = NO_PAST): TargetPage {
  const ended = new AbortController();
  const timer = setInterval(() => {
    // A read that fails is told to whoever asks for the page.
    target.source.read(Date.now(), ended.signal).catch(() => undefined);
  }, READ_EVERY_MS);
  let toolkit: Promise<Toolkit> | undefined;
  const data = createPageData({
    clock: Date.now,
    observe: async (signal) => {
      const whole = AbortSignal.any([signal, ended.signal]);
      toolkit ??= lookingToolkit();
      const known = await toolkit;
      const [observation] = await Promise.all([
        observe(target, known, whole, past),
        decisions.refresh(whole),
      ]);
      return observedPage(observation, decisions, known);
    },
  });
  return {
    data,
    close: () => {
      clearInterval(timer);
      ended.abort();
    },
  };
}
