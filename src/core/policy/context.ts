import type { LiveFunction, NodeFacts, Surroundings } from '../chain/ports.ts';
import type { Step } from '../messages/decision.ts';
import type { FunctionForecast } from '../messages/forecast.ts';
import type { Signals } from '../messages/usage.ts';
import type { QosClass, Resources } from '../usage/reading.ts';
import { formatResource, type Metric, type ResourceName, valueOf, withValue } from './resources.ts';
import type { FunctionSettings } from './settings.ts';
import type { FunctionState } from './state.ts';

/** Everything a decision rests on. `now` in Unix ms. */
export interface DecideInput {
  readonly now: number;
  readonly cycle: number;
  readonly live: LiveFunction;
  readonly settings: FunctionSettings;
  readonly forecast: FunctionForecast;
  /** Undefined at first contact. An entry of another uid counts as none. */
  readonly state: FunctionState | undefined;
  readonly nodes: readonly NodeFacts[];
  /** Why nothing may shrink in this cycle, whatever the function did. @default null */
  readonly shrinkHeld?: string | null;
  /** Why running pods cannot be resized, so that what is decided is only recommended; null if they can. @default null */
  readonly resizeHeld?: string | null;
  /** @default NOTHING_KNOWN */
  readonly surroundings?: Surroundings;
  /** Requests ÷ the peak that they are to hold. @default POLICY.requestMargin */
  readonly requestMargin?: number | undefined;
  /** @default 60_000 */
  readonly sizingPeriodMs?: number;
  /** @default 15_000 */
  readonly cyclePeriodMs?: number;
}

/** Highest use on record over the evidence window; null where nothing is known. */
export interface KnownPeak {
  readonly value: number | null;
  /** Null if the record covers the window without a hole, else why it does not. */
  readonly missing: string | null;
}

/** What the rules see. Read-only; what a rule wants goes into the draft. */
export interface Context {
  readonly now: number;
  readonly live: LiveFunction;
  readonly settings: FunctionSettings;
  readonly forecast: FunctionForecast;
  readonly signals: Signals;
  readonly state: FunctionState;
  /** What the pods are to have as things stand: the last decision, or what they run with. */
  readonly base: Resources;
  readonly qosClass: QosClass;
  /** Most that may be set, in whole units; null without a bound. */
  readonly upper: Readonly<Record<Metric, number | null>>;
  /** Least that may be set. */
  readonly lower: Readonly<Record<Metric, number | null>>;
  readonly peaks: Readonly<Record<Metric, KnownPeak>>;
  /** The signals were read after the last application: what they say is not yet answered. */
  readonly isFresh: boolean;
  readonly settlingMs: number;
  readonly shrinkHeld: string | null;
  readonly resizeHeld: string | null;
  readonly nodes: readonly NodeFacts[];
  readonly surroundings: Surroundings;
  readonly requestMargin: number;
  readonly cyclePeriodMs: number;
}

/** A decision in the making: each rule takes one and returns the next. */
export interface Draft {
  readonly target: Resources;
  readonly steps: readonly Step[];
  /** A rule of the rescue path raised something. */
  readonly rescued: boolean;
  /** What the state is to remember if this is carried out. */
  readonly remember: Partial<Pick<FunctionState, 'oom' | 'latencyFloor' | 'quarantine' | 'canary'>>;
}

/** One small named step of the policy. Pure. */
export type Rule = (context: Context, draft: Draft) => Draft;

/** The draft that a row of rules makes, each of what the one before it left. */
export const run = (rules: readonly Rule[], context: Context, draft: Draft): Draft =>
  rules.reduce((next, rule) => rule(context, next), draft);

/** The draft with `resource` at `after` and a line that says why; unchanged if it is there already or not set at all. */
export function move(draft: Draft, rule: string, resource: ResourceName, after: number, why: string): Draft {
  const before = valueOf(draft.target, resource);
  if (before === null || before === after) return draft;
  const step: Step = { rule, resource, before, after, why };
  return { ...draft, target: withValue(draft.target, resource, after), steps: [...draft.steps, step] };
}

/** The draft with a line that says why nothing changed. */
export function remark(draft: Draft, rule: string, resource: ResourceName | null, why: string): Draft {
  const value = resource === null ? null : valueOf(draft.target, resource);
  return { ...draft, steps: [...draft.steps, { rule, resource, before: value, after: value, why }] };
}

/** Puts a resource that was to shrink back to what it is, saying what held it. */
export function holdShrink(
  context: Context,
  draft: Draft,
  rule: string,
  resource: ResourceName,
  why: string,
): Draft {
  const wanted = valueOf(draft.target, resource);
  const base = valueOf(context.base, resource);
  if (wanted === null || base === null || wanted >= base) return draft;
  return move(draft, rule, resource, base, `not lowered to ${formatResource(resource, wanted)}: ${why}`);
}

/** Puts a resource that was to change back to what it is, saying what held it. */
export function holdChange(
  context: Context,
  draft: Draft,
  rule: string,
  resource: ResourceName,
  why: string,
): Draft {
  const wanted = valueOf(draft.target, resource);
  const base = valueOf(context.base, resource);
  if (wanted === null || base === null) return draft;
  return move(draft, rule, resource, base, `not changed to ${formatResource(resource, wanted)}: ${why}`);
}

export function isShrinking(context: Context, draft: Draft, resource: ResourceName): boolean {
  const wanted = valueOf(draft.target, resource);
  const base = valueOf(context.base, resource);
  return wanted !== null && base !== null && wanted < base;
}
