import type { Evidence } from '#core/messages/forecast.ts';
import { POLICY } from '#core/policy/constants.ts';
import { roundUp } from '#core/policy/resources.ts';
import { ROUNDING } from '#core/replay/account.ts';
import type { MetricWindow } from './forecaster.ts';
import { pastPeaks } from './past-peaks.ts';
import { scoredOrigins } from './score.ts';
import type { Selected } from './selection.ts';
import { at } from './trailing-maximum.ts';

/** From one sizing to the next, and how many steps pass until it is in force. */
const SIZING_MS = 60_000;
const DELAY_STEPS = 1;

/** A metric's window and the forecaster that was selected for it; null where nothing can be said. */
export interface SelectedWindow {
  readonly window: MetricWindow;
  readonly selected: Selected | null;
}

/**
 * What would have become of requests that followed these forecasts over the window's own past: how many samples there
 * were to judge, and how many of each metric were short. Null before there are 20 forecasts to judge.
 */
export function replayEvidence(cpu: SelectedWindow, memory: SelectedWindow): Evidence['replay'] {
  const replayed = { cpu: replayMetric(cpu), memory: replayMetric(memory) };
  const samples = Math.max(replayed.cpu?.samples ?? 0, replayed.memory?.samples ?? 0);
  if (samples === 0) return null;
  return {
    samples,
    spanMs: Math.max(replayed.cpu?.spanMs ?? 0, replayed.memory?.spanMs ?? 0),
    shortCpu: replayed.cpu?.short ?? 0,
    shortMemory: replayed.memory?.short ?? 0,
  };
}

interface Replayed {
  readonly samples: number;
  readonly spanMs: number;
  readonly short: number;
}

/** The first forecast that is calibrated, and all that came after it. */
function replayMetric({ window, selected }: SelectedWindow): Replayed | null {
  if (selected === null) return null;
  const [first] = scoredOrigins(pastPeaks(window), window.horizonSteps);
  if (first === undefined) return null;
  const { peak } = selected.path;
  return replayRequests(window, window.metric === 'cpu' ? peak.p90 : peak.p95, first);
}

/**
 * One pass: a request is decided once a minute as the policy does, from the forecast of that step and the highest use
 * seen so far in the window, and holds from the second step after it. Every sample above the request in force is short,
 * and so is every censored one: use under a limit is the limit, not the demand. Cooldown, and what holds before the
 * evidence is complete, are left out: it is the forecasts that are judged.
 */
function replayRequests(
  { metric, control, censored, stepMs }: MetricWindow,
  forecast: Float64Array,
  first: number,
): Replayed {
  const cadence = Math.max(1, Math.round(SIZING_MS / stepMs));
  // Where samples are a minute apart, the next one is the soonest.
  const delay = Math.min(1 + DELAY_STEPS, cadence);
  const counts = { samples: 0, spanMs: (control.length - first - 1) * stepMs, short: 0 };
  let [peak, last, request, inForce] = [NaN, NaN, NaN, NaN];
  for (let i = 0; i < control.length; i++) {
    if (i > first && (i - first) % cadence === delay % cadence) inForce = request;
    const use = at(control, i);
    if (!Number.isNaN(use)) {
      last = use;
      if (!(use <= peak)) peak = use;
      if (!Number.isNaN(inForce)) {
        counts.samples++;
        if (censored[i] === 1 || use > inForce * (1 + ROUNDING)) counts.short++;
      }
    }
    if (i >= first && (i - first) % cadence === 0)
      request = nextRequest(metric, request, at(forecast, i), last, peak);
  }
  return counts;
}

/** The policy's request: quiet rule, margin, rounding, no less than the record, tolerance and step, in that order. */
function nextRequest(
  metric: MetricWindow['metric'],
  current: number,
  forecast: number,
  last: number,
  peak: number,
): number {
  if (Number.isNaN(forecast)) return current;
  const isQuiet = last < POLICY.quietShare * peak;
  const asked = roundUp(metric, (isQuiet ? Math.min(forecast, peak) : forecast) * POLICY.requestMargin);
  const least = roundUp(metric, peak * POLICY.requestMargin);
  if (Number.isNaN(current)) return Math.max(asked, least);
  const wanted = asked < current ? Math.min(current, Math.max(asked, least)) : asked;
  if (Math.abs(wanted - current) <= POLICY.tolerance * current) return current;
  return Math.max(wanted, roundUp(metric, current * POLICY.requestStep));
}
