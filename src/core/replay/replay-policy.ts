import { parseSettings } from '../annotations/parse-settings.ts';
import type { Decision } from '../messages/decision.ts';
import type { FunctionForecast, Quantiles } from '../messages/forecast.ts';
import { decide, isSizingDue } from '../policy/decide.ts';
import type { Metric } from '../policy/resources.ts';
import type { FunctionState } from '../policy/state.ts';
import type { Resources } from '../usage/reading.ts';
import type { FunctionHistory } from './history.ts';
import { replayedFunction } from './replayed-function.ts';
import { replayedSignals, type SizedPair } from './replayed-signals.ts';
import { sizedSeries } from './sized-series.ts';
import { horizonSteps, type Timing } from './timing.ts';

/** Quantiles of the peak over the horizon from samples 0 … step only; null where nothing can be said. */
export type PeaksAt = (step: number) => Readonly<Record<Metric, Quantiles | null>>;

export interface PolicyReplayOptions {
  readonly timing: Timing;
  /** From one cycle to the next; sizing is due once a cadence. */
  readonly cycleSteps: number;
  /** The first cycle is after this step. */
  readonly phase: number;
  /** Requests that the function begins with. */
  readonly start: Readonly<Record<Metric, number>>;
  /** Annotations of Foresize; the mode is always `apply`, and the gate, which a replay is there to open, `off`. */
  readonly annotations: Readonly<Record<string, string>>;
  /** @default POLICY.requestMargin */
  readonly requestMargin?: number;
}

export interface PolicyReplay {
  /** The request in force at each step. */
  readonly requests: Readonly<Record<Metric, Float64Array>>;
  /** Those that resized, oldest first. */
  readonly resizes: readonly Decision[];
}

/** No rule of the policy reads what made the forecast. */
const REPLAYED = 'replay';

/**
 * The whole policy over a history, cycle by cycle, with the state it would have kept: as apply-resources, with one pod
 * that takes each resize after the delay. It begins with the first sample, so that the evidence is what a running
 * Foresize would have. No limit is set, since a record of use cannot tell what another limit would have done; kills and
 * censored samples are facts of the record. Throws `annotation-invalid`.
 */
export function replayPolicy(
  history: FunctionHistory,
  peaksAt: PeaksAt,
  options: PolicyReplayOptions,
): PolicyReplay {
  const { namespace, name, startMs } = history;
  const { timing, cycleSteps, phase, annotations, requestMargin } = options;
  const template = requestsOf(options.start);
  const settings = parseSettings({
    ...annotations,
    'foresize/mode': 'apply',
    'foresize/gate': 'off',
  });
  const sized = { cpu: sizedSeries(history, 'cpu'), memory: sizedSeries(history, 'memory') };
  const periods = {
    sizingPeriodMs: timing.cadenceSteps * history.stepMs,
    cyclePeriodMs: cycleSteps * history.stepMs,
  };
  const requests = { cpu: unset(timing.to), memory: unset(timing.to) };
  const resizes: Decision[] = [];
  let state: FunctionState | undefined;
  let desired = template;
  set(requests, 0, desired);
  for (let step = phase, cycle = 0; step < timing.to; step += cycleSteps, cycle++) {
    const now = startMs + step * history.stepMs;
    // Forecasts are dear, and between sizings nobody reads them.
    const peaks = isSizingDue(state?.sizedAt ?? null, now, periods)
      ? peaksAt(step)
      : { cpu: null, memory: null };
    const forecast = forecastAt(history, sized, step, peaks, timing);
    const live = replayedFunction({ namespace, name, startMs, annotations, template, desired });
    const decided = decide({
      now,
      cycle,
      live,
      settings,
      forecast,
      state,
      nodes: [],
      requestMargin,
      ...periods,
    });
    ({ state } = decided);
    const { action, to } = decided.decision;
    if (action !== 'resize' || to === null) continue;
    desired = to;
    resizes.push(decided.decision);
    set(requests, step + 1 + timing.delaySteps, desired);
  }
  return { requests: { cpu: held(requests.cpu), memory: held(requests.memory) }, resizes };
}

const unset = (length: number): Float64Array => new Float64Array(length).fill(NaN);

function set(requests: Record<Metric, Float64Array>, step: number, desired: Resources): void {
  if (step >= requests.cpu.length) return;
  requests.cpu[step] = desired.cpuRequestCores ?? NaN;
  requests.memory[step] = desired.memoryRequestBytes ?? NaN;
}

/** Each entry that is not set is as the one before it. */
function held(column: Float64Array): Float64Array {
  let current = NaN;
  return column.map((value) => {
    if (!Number.isNaN(value)) current = value;
    return current;
  });
}

function requestsOf({ cpu, memory }: Readonly<Record<Metric, number>>): Resources {
  return {
    cpuRequestCores: cpu,
    cpuLimitCores: null,
    memoryRequestBytes: memory,
    memoryLimitBytes: null,
  };
}

function forecastAt(
  history: FunctionHistory,
  sized: SizedPair,
  step: number,
  peaks: ReturnType<PeaksAt>,
  timing: Timing,
): FunctionForecast {
  const { name, namespace, startMs, stepMs } = history;
  const { signals, age, samples } = replayedSignals(history, sized, step);
  return {
    name,
    namespace,
    at: startMs + step * stepMs,
    next: { cpu: null, memory: null },
    peak: { horizon: horizonSteps(timing) * stepMs, ...peaks },
    evidence: {
      samples,
      gaps: 0,
      censored: 0,
      age,
      forecaster: { cpu: REPLAYED, memory: REPLAYED },
      nextForecaster: { cpu: REPLAYED, memory: REPLAYED },
      skill: { cpu: null, memory: null },
      nextSkill: { cpu: null, memory: null },
      coverage: { cpu: null, memory: null },
      replay: null,
      model: '',
    },
    signals,
  };
}
