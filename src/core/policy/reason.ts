import type { Step } from '../messages/decision.ts';
import type { Resources } from '../usage/reading.ts';
import { formatResource, kindOf, RESOURCE_NAMES, type ResourceName, valueOf } from './resources.ts';

/** Resources that differ, in the order in which people are told of them. */
export function changesBetween(from: Resources, to: Resources): ResourceName[] {
  return RESOURCE_NAMES.filter((name) => valueOf(from, name) !== valueOf(to, name));
}

/** `CPU limit 100m → 480m` */
export function describeChange(from: Resources, to: Resources, name: ResourceName): string {
  const text = (value: number | null): string => (value === null ? 'none' : formatResource(name, value));
  return `${kindOf(name).label} ${text(valueOf(from, name))} → ${text(valueOf(to, name))}`;
}

const capitalised = (text: string): string => `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;

/** Rules that say something of the function itself, whichever rule decides the size. */
const ALWAYS_TOLD: ReadonlySet<string> = new Set(['rollback', 'leak', 'in-place']);

/** Rules whose remarks explain no decision not to change anything. */
const ASIDE: ReadonlySet<string> = new Set(['surroundings', 'in-place']);

/** One sentence: what changes, before → after, and the whys of the rules that led there, each once. */
export function reasonOfChange(from: Resources, to: Resources, steps: readonly Step[]): string {
  const names = changesBetween(from, to);
  const changes = names.map((name) => describeChange(from, to, name)).join(', ');
  const whys = new Set<string>();
  for (const name of names) {
    const last = steps.findLast((step) => step.resource === name && step.before !== step.after);
    const first = steps.find((step) => step.resource === name && step.before !== step.after);
    // That a rescued function shrinks nowhere goes without saying.
    for (const step of [first, last]) if (step && step.rule !== 'no-rescue') whys.add(step.why);
  }
  for (const { rule, why } of steps) if (ALWAYS_TOLD.has(rule)) whys.add(why);
  return capitalised(`${changes}: ${[...whys].join('; ')}`);
}

/** Why nothing changes: what held a change back, the last word on each resource, and first what called for a rescue. */
export function reasonOfHold(steps: readonly Step[], otherwise: string): string {
  const held = new Map<string, string>();
  const calls = new Map<string, string>();
  for (const { rule, resource, why } of steps) {
    if (ASIDE.has(rule)) continue;
    const name = resource ?? 'all';
    const call = calls.get(name) ?? '';
    if (rule.startsWith('rescue-')) calls.set(name, `${call}${why}; `);
    held.set(name, rule.startsWith('rescue-') ? why : `${call}${why}`);
  }
  if (held.size === 0) return capitalised(otherwise);
  const texts = [...held].map(([name, why]) => {
    const kind = RESOURCE_NAMES.find((known) => known === name);
    return kind ? `${kindOf(kind).label}: ${why}` : why;
  });
  return capitalised(texts.join('; '));
}
