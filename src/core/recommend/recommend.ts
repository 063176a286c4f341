import type { LiveFunction, NodeFacts } from '../chain/ports.ts';
import type { FunctionForecast } from '../messages/forecast.ts';
import type { FunctionUsage } from '../messages/usage.ts';
import { learn, stateOf } from '../policy/bookkeeping.ts';
import { buildContext, newestPod } from '../policy/build-context.ts';
import type { Context, KnownPeak } from '../policy/context.ts';
import type { FunctionSettings } from '../policy/settings.ts';
import type { FunctionState } from '../policy/state.ts';
import type { Resources } from '../usage/reading.ts';
import { confidenceOf } from './confidence.ts';
import { type PastHour, rememberPast } from './past-use.ts';
import type { Recommendation } from './recommendation.ts';
import { stretchOfWindow, useOf } from './use-summary.ts';
import { verdictOf } from './verdict.ts';
import { wantedSizes } from './wanted-sizes.ts';

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
  /** Highest use before the window, oldest first; empty where the source keeps no past. */
  readonly past: readonly PastHour[];
}

/**
 * What Foresize would set in the end, by its own rules and the evidence that there is: without those that only pace
 * (tolerance, cooldown, settling, step size, blast radius), those that remember failures (rollback, quarantine) and the
 * gate, whose doubts become the confidence. Pure; the clock is `now`.
 */
export function recommend(input: RecommendInput): Recommendation {
  const { now, live, settings, usage, stepMs, forecast, past } = input;
  const about = { ...input, cycle: 0, settings: { ...settings, mode: 'recommend' as const } };
  const state = learn(rememberPast(stateOf(about), past, live), about);
  const base = newestPod(live.pods)?.desired ?? live.template;
  const knownMs = Math.max(windowMs(input), now - state.firstSeenAt);
  const complete = buildContext(about, state);
  const context = withEvidence({ ...complete, base }, knownMs);
  const { to, steps } = wantedSizes(context);
  const stretch = stretchOfWindow(usage, stepMs, base.cpuLimitCores);
  const isKnown = forecast.peak.cpu !== null || forecast.peak.memory !== null;
  const verdict = { from: base, to, signals: forecast.signals, stretch, state, now, isKnown };
  const hole = holeIn(complete);
  return {
    namespace: live.namespace,
    name: live.name,
    pods: live.pods.length,
    from: base,
    to,
    reason: verdictOf(verdict),
    confidence: confidenceOf({ forecast, knownMs, wantedMs: settings.evidenceMs, hole }),
    use: useOf(usage, stepMs, { cpu: context.peaks.cpu.value, memory: context.peaks.memory.value }),
    stretch: forecast.signals.stretch ?? stretch,
    ...saved(base, to, Math.max(1, live.pods.length)),
    knownMs,
    steps,
  };
}

/** How long a use the window holds. */
function windowMs({ usage, stepMs }: RecommendInput): number {
  const first = usage.series.cpuCores.findIndex((value) => value !== null);
  return first < 0 ? 0 : (usage.series.cpuCores.length - first) * stepMs;
}

/** What is not known of a record that is long enough; null where it has no hole. */
function holeIn({ now, state, settings, peaks }: Context): string | null {
  if (now - state.firstSeenAt < settings.evidenceMs) return null;
  return peaks.cpu.missing ?? peaks.memory.missing;
}

/** The evidence that there is counts, however short: how short, the confidence says. */
function withEvidence(context: Context, knownMs: number): Context {
  const { peaks, settings, qosClass } = context;
  const evidenceMs = Math.min(settings.evidenceMs, Math.max(knownMs, 1000));
  return {
    ...context,
    settings: { ...settings, evidenceMs },
    // With a request it is one no longer.
    qosClass: qosClass === 'BestEffort' ? 'Burstable' : qosClass,
    peaks: { cpu: whatThereIs(peaks.cpu), memory: whatThereIs(peaks.memory) },
  };
}

const whatThereIs = ({ value, missing }: KnownPeak): KnownPeak => ({
  value,
  missing: value === null ? missing : null,
});

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
