import type { ReplicasDecision, Step } from '../messages/decision.ts';
import { formatCpuCores, formatMemoryBytes } from '../units/quantity.ts';
import { autoscalerOf, mostReplicas, scaleLabels } from './autoscalers.ts';
import { POLICY } from './constants.ts';
import type { Context, Draft } from './context.ts';
import { gateClosed } from './gate.ts';
import { ages } from './maxima.ts';
import { minimumReplicas } from './minimum-replicas.ts';
import { kindOf, valueOf } from './resources.ts';
import { demandOfCalls, unansweredStretch } from './rules/rescue-throttling.ts';
import { leftForMs, scaledAtMs } from './scaled.ts';

/** Rules that keep a size to what one pod may have. A quota is for all pods together, so more of them would not help. */
const CAPS: ReadonlySet<string> = new Set(['bounds', 'limit-range']);

const CPU = ['cpu-limit', 'cpu-request'] as const;

/** More CPU than one pod may have. */
interface Need {
  /** For one of the pods there are. */
  readonly cores: number;
  /** The most that a pod may have. */
  readonly mostCores: number;
  /** Said by a forecast, not by throttling. */
  readonly isForecast: boolean;
}

/** Whether a size has come so near to what it may be at most that the rest is not worth a resize. */
const isAtMost = (size: number | null, most: number): boolean =>
  size === null || size * (1 + POLICY.tolerance) >= most;

/** What throttling says one pod needs: where work would be slowed no longer. Rescue asks for more, since limits are free. */
function unslowedCores(context: Context, limit: number): number {
  const stretch = unansweredStretch(context) ?? 0;
  return Math.max(limit * POLICY.slowdownMargin * (1 + stretch), demandOfCalls(context));
}

function needOf(context: Context, { steps, target }: Draft, resource: (typeof CPU)[number]): Need | null {
  const cuts = steps.filter(
    (step: Step) =>
      step.resource === resource && CAPS.has(step.rule) && (step.before ?? 0) > (step.after ?? 0),
  );
  if (cuts.length === 0) return null;
  const asked = Math.max(...cuts.map(({ before }) => before ?? 0));
  const mostCores = Math.min(...cuts.map(({ after }) => after ?? Infinity));
  const { cpuLimitCores: limit } = target;
  // A request grows no further than the limit, which may still grow itself, unless it is left alone.
  const isLimitAtMost = context.settings.cpuLimit === 'none' || isAtMost(limit, mostCores);
  if (!isLimitAtMost || !isAtMost(valueOf(target, resource), Math.min(mostCores, limit ?? Infinity)))
    return null;
  const { isLimit } = kindOf(resource);
  const cores = isLimit ? Math.min(asked, unslowedCores(context, limit ?? mostCores)) : asked;
  return cores > mostCores * (1 + POLICY.tolerance) ? { cores, mostCores, isForecast: !isLimit } : null;
}

/** Vertical first: while a size of CPU changes, or is held by what would hold other pods as well, it has not ended. */
function unmetNeed(context: Context, draft: Draft): Need | null {
  const isQuiet = CPU.every((name) => valueOf(draft.target, name) === valueOf(context.base, name));
  const isFull = draft.steps.some(({ rule, resource }) => rule === 'quota' && resource?.startsWith('cpu'));
  if (!isQuiet || isFull) return null;
  const needs = CPU.map((resource) => needOf(context, draft, resource)).filter((need) => need !== null);
  return needs.reduce<Need | null>(
    (most, need) =>
      most === null || need.cores / need.mostCores > most.cores / most.mostCores ? need : most,
    null,
  );
}

/** Until all pods work and what was read is of all of them, nothing can be said of how many are needed. */
function isSettled({ now, live, state }: Context): boolean {
  if (live.replicas === 0 || live.pods.length !== live.replicas) return false;
  if (now - (scaledAtMs(state) ?? -Infinity) < POLICY.scaleSettlingMs) return false;
  return live.pods.every(({ ready, startedAtMs }) => {
    return ready && startedAtMs !== null && now - startedAtMs >= POLICY.scaleSettlingMs;
  });
}

/** Who else decides how many replicas there are; null if nobody is known to. */
function otherScaler({ surroundings, live }: Context): string | null {
  const autoscaler = autoscalerOf(surroundings, live);
  if (autoscaler !== undefined) return `the HorizontalPodAutoscaler ${autoscaler.name} scales it`;
  const labels = scaleLabels(live);
  return labels.length === 0 ? null : `OpenFaaS scales it, by ${labels.join(', ')}`;
}

/** Why replicas are not set although the annotation allows it; null if they are. */
function heldBy(context: Context, isForecast: boolean): string | null {
  const { surroundings, settings, state, forecast, now } = context;
  const other = otherScaler(context);
  if (other !== null) return other;
  if (surroundings.hpas === null) return 'whether a HorizontalPodAutoscaler scales it is not known';
  const leftMs = leftForMs(state, now);
  if (leftMs > 0) return `somebody else has scaled it since, and it is left alone for ${ages(leftMs)}`;
  if (!isForecast || settings.gate === 'off') return null;
  return gateClosed(state, 'cpu', forecast.evidence.replay?.samples ?? null);
}

function withHeld(context: Context, asked: ReplicasDecision, isForecast: boolean): ReplicasDecision {
  const { settings, live } = context;
  const held = heldBy(context, isForecast);
  const isMeant = settings.mode === 'apply' && settings.replicas === 'scale' && asked.to !== live.replicas;
  if (isMeant && held !== null)
    return { ...asked, outcome: { result: 'refused', detail: `not scaled: ${held}` } };
  const other = otherScaler(context);
  return other === null ? asked : { ...asked, reason: `${asked.reason}; left alone, since ${other}` };
}

function more(context: Context, { cores, mostCores, isForecast }: Need): ReplicasDecision {
  const { live, surroundings } = context;
  const from = live.replicas;
  const needed = Math.max(from + 1, Math.ceil((from * cores) / mostCores - 1e-6));
  const most = Math.max(from, mostReplicas(live, autoscalerOf(surroundings, live)));
  const capped = needed > most ? `; ${needed} would be needed, and ${most} are the most` : '';
  const [need, may] = [formatCpuCores(cores), formatCpuCores(mostCores)];
  const reason = `a pod would need a CPU of ${need} and may have ${may}${capped}`;
  return withHeld(context, { from, to: Math.min(needed, most), reason }, isForecast);
}

/** Memory that fewer pods would need, were all of it a share of the work. */
const memoryFits = ({ peaks, base }: Context, from: number, to: number): boolean =>
  base.memoryLimitBytes === null ||
  (peaks.memory.value !== null && (peaks.memory.value * from) / to <= base.memoryLimitBytes);

/** The fewest replicas, not below those before Foresize scaled, among which the highest use on record fits; null if all are needed. */
function fewest(context: Context, draft: Draft): number | null {
  const { state, live, peaks, upper, signals } = context;
  const limit = draft.target.cpuLimitCores ?? upper.cpu;
  if (state.scaled === null || limit === null || peaks.cpu.missing !== null || peaks.cpu.value === null)
    return null;
  if ((signals.lastTotalCpuCores ?? null) === null) return null;
  const total = peaks.cpu.value * minimumReplicas(live);
  const to = Math.max(state.scaled.before, Math.ceil((total * POLICY.cpuLimitMargin) / limit - 1e-6));
  return to < live.replicas && memoryFits(context, live.replicas, to) ? to : null;
}

/** Back towards what there was before Foresize scaled, once the whole evidence window has seen that fewer would do. */
function fewer(context: Context, draft: Draft): ReplicasDecision | null {
  const { now, state, settings, live, shrinkHeld } = context;
  const at = scaledAtMs(state);
  if (
    at === null ||
    leftForMs(state, now) > 0 ||
    now - at < Math.max(settings.evidenceMs, settings.cooldownMs)
  )
    return null;
  if (shrinkHeld !== null || draft.rescued || unansweredStretch(context) !== null) return null;
  if (state.censoredAt !== null && now - state.censoredAt < settings.evidenceMs) return null;
  if (CPU.some((name) => valueOf(draft.target, name) !== valueOf(context.base, name))) return null;
  const to = fewest(context, draft);
  if (to === null) return null;
  const { value } = context.peaks.memory;
  const memory = value === null ? '' : ` and memory of ${formatMemoryBytes(value)} a pod`;
  const use = `${formatCpuCores((context.peaks.cpu.value ?? 0) * minimumReplicas(live))} in all${memory}`;
  const reason = `the highest use of the last ${ages(settings.evidenceMs)}, a CPU of ${use}, fits ${to} with a margin`;
  return withHeld(context, { from: live.replicas, to, reason }, false);
}

/** `replicas 1 → 2: why` */
export function describeReplicas({ from, to, reason }: ReplicasDecision): string {
  return `replicas ${from} → ${to}: ${reason}`;
}

/**
 * How many replicas there should be, where that is not as many as there are; null where nothing speaks for others. More,
 * where a pod needs more CPU than one pod may have: vertical first, and horizontal where vertical ends, so never in a
 * cycle in which a size of CPU changes. Memory asks for none, since what a process holds is not shared out. Fewer, only
 * back to what there was before Foresize scaled.
 */
export function replicasFor(context: Context, draft: Draft): ReplicasDecision | null {
  if (!isSettled(context)) return null;
  const need = unmetNeed(context, draft);
  return need === null ? fewer(context, draft) : more(context, need);
}
