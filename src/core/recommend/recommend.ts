import type { LiveFunction, NodeFacts } from '../chain/ports.ts';
import type { FunctionForecast } from '../messages/forecast.ts';
import type { FunctionUsage } from '../messages/usage.ts';
import { learn, stateOf } from '../policy/bookkeeping.ts';
import { buildContext, newestPod } from '../policy/build-context.ts';
import type { Context, KnownPeak } from '../policy/context.ts';
import type { Metric } from '../policy/resources.ts';
import type { FunctionSettings } from '../policy/settings.ts';
import type { FunctionState } from '../policy/state.ts';
import type { Resources } from '../usage/reading.ts';
import { confidenceOf } from './confidence.ts';
import type { Recommendation } from './recommendation.ts';
import { stretchOfWindow, useOf } from './use-summary.ts';
import { verdictOf } from './verdict.ts';
import { wantedSizes } from './wanted-sizes.ts';

/** Highest use of one pod over longer than the window, where the source keeps it: cores as 60 s means or longer, bytes. */
export interface LongMaxima {
  readonly cpuCores: number | null;
  readonly memoryBytes: number | null;
  /** How long back they go, ms. */
  readonly spanMs: number;
}

/** All that a recommendation rests on. Times in Unix ms. */
export interface RecommendInput {
  readonly now: number;
  readonly live: LiveFunction;
  readonly settings: FunctionSettings;
  readonly usage: FunctionUsage;
  readonly stepMs: number;
  readonly forecast: FunctionForecast;
  /** What Foresize remembers of the function; undefined where it does not run. */
  readonly state: FunctionState | undefined;
  readonly nodes: readonly NodeFacts[];
  readonly maxima: LongMaxima | null;
}

/**
 * What Foresize would set in the end, by its own rules and the evidence that there is: without those that only pace
 * (tolerance, cooldown, settling, step size, blast radius), those that remember failures (rollback, quarantine) and the
 * gate, whose doubts become the confidence. Pure; the clock is `now`.
 */
export function recommend(input: RecommendInput): Recommendation {
  const { now, live, settings, usage, stepMs, forecast } = input;
  const about = { ...input, cycle: 0, settings: { ...settings, mode: 'recommend' as const } };
  const state = learn(stateOf(about), about);
  const base = newestPod(live.pods)?.desired ?? live.template;
  const knownMs = knownSpan(input);
  const context = withEvidence({ ...buildContext(about, state), base }, input, knownMs);
  const { to, steps } = wantedSizes(context);
  const stretch = stretchOfWindow(usage, stepMs);
  const isKnown = forecast.peak.cpu !== null || forecast.peak.memory !== null;
  const verdict = { from: base, to, signals: forecast.signals, stretch, state, now, isKnown };
  return {
    namespace: live.namespace,
    name: live.name,
    pods: live.pods.length,
    from: base,
    to,
    reason: verdictOf(verdict),
    confidence: confidenceOf({ forecast, knownMs, wantedMs: settings.evidenceMs }),
    use: useOf(usage, stepMs, { cpu: context.peaks.cpu.value, memory: context.peaks.memory.value }),
    stretch: forecast.signals.stretch ?? stretch,
    ...saved(base, to, Math.max(1, live.pods.length)),
    knownMs,
    steps,
  };
}

/** How long a use is known of: by the window, by the state, or by longer maxima. */
function knownSpan({ usage, stepMs, state, live, maxima, now }: RecommendInput): number {
  const first = usage.series.cpuCores.findIndex((value) => value !== null);
  const window = first < 0 ? 0 : (usage.series.cpuCores.length - first) * stepMs;
  const watched = state?.uid === live.uid ? now - state.firstSeenAt : 0;
  return Math.max(window, watched, maxima?.spanMs ?? 0);
}

/** The evidence that there is counts, however short: how short, the confidence says. */
function withEvidence(context: Context, { maxima }: RecommendInput, knownMs: number): Context {
  const { peaks, settings, qosClass } = context;
  const evidenceMs = Math.min(settings.evidenceMs, Math.max(knownMs, 1000));
  return {
    ...context,
    settings: { ...settings, evidenceMs },
    // With a request it is one no longer.
    qosClass: qosClass === 'BestEffort' ? 'Burstable' : qosClass,
    peaks: {
      cpu: peakOf('cpu', peaks.cpu, maxima),
      memory: peakOf('memory', peaks.memory, maxima),
    },
  };
}

function peakOf(metric: Metric, { value, missing }: KnownPeak, maxima: LongMaxima | null): KnownPeak {
  const longer = (metric === 'cpu' ? maxima?.cpuCores : maxima?.memoryBytes) ?? null;
  const highest = longer === null ? value : Math.max(longer, value ?? 0);
  return { value: highest, missing: highest === null ? (missing ?? 'no use known') : null };
}

function saved(
  from: Resources,
  to: Resources,
  pods: number,
): Pick<Recommendation, 'savedCpuCores' | 'savedMemoryBytes'> {
  const freed = (before: number | null, after: number | null): number =>
    pods * ((before ?? 0) - (after ?? 0));
  return {
    // Millicores are whole, binary fractions are not.
    savedCpuCores: Math.round(1000 * freed(from.cpuRequestCores, to.cpuRequestCores)) / 1000,
    savedMemoryBytes: freed(from.memoryRequestBytes, to.memoryRequestBytes),
  };
}
