import type { Decision, Step } from '#core/messages/decision.ts';
import type { FunctionDetail } from '../api.ts';
import {
  formatResource,
  kindOf,
  RESOURCE_NAMES,
  type ResourceName,
  valueOf,
} from '#core/policy/resources.ts';
import type { Resources } from '#core/usage/reading.ts';
import { element } from './element.ts';
import { timeText } from './text.ts';

const ACTION_TEXT: Readonly<Record<Decision['action'], string>> = {
  resize: 'Resize',
  hold: 'Hold',
  skip: 'Skip',
};

/** `12:03:15 Resize (rescue)`. */
export function decisionTitle({ at, action, path }: Decision): string {
  return `${timeText(at)} ${ACTION_TEXT[action]}${path === 'none' ? '' : ` (${path})`}`;
}

/** A decision of the log, or what is remembered of one. */
export type ShownDecision = FunctionDetail['decisions'][number];

/** One decision in whole: what changed, each rule that had a word in it, and what became of it. */
export function decisionPanel(decision: ShownDecision): readonly Node[] {
  const { reason, steps, outcomes, from, to, replicas, isRemembered } = decision;
  const told = [element('h3', {}, decisionTitle(decision)), element('p', {}, reason)];
  if (isRemembered === true) return [...told, element('p', { class: 'soft' }, REMEMBERED)];
  return [
    ...told,
    ...(from === null || to === null ? [] : [changeList(from, to)]),
    ...(replicas == null
      ? []
      : [element('p', {}, `Replicas ${replicas.from} → ${replicas.to}: ${replicas.reason}`)]),
    steps.length === 0 ? element('p', { class: 'soft' }, 'No rule had a word in it.') : stepList(steps),
    ...(outcomes.length === 0 ? [] : [outcomeList(decision)]),
  ];
}

const REMEMBERED =
  'Remembered in the state alone: the rules that led to it stand in the log of apply-resources, which is not at hand here.';

const valueText = (name: ResourceName, value: number | null): string =>
  value === null ? 'none' : formatResource(name, value);

function changeList(from: Resources, to: Resources): HTMLElement {
  const items = RESOURCE_NAMES.map((name) => {
    const [before, after] = [valueOf(from, name), valueOf(to, name)];
    const text = element('b', {}, changeText(name, before, after));
    return element('li', before === after ? { class: 'soft' } : {}, `${kindOf(name).label} `, text);
  });
  return element('ul', { class: 'changes' }, ...items);
}

function stepList(steps: readonly Step[]): HTMLElement {
  return element(
    'ol',
    { class: 'steps', 'aria-label': 'Steps: each rule in the order in which it spoke' },
    ...steps.map(stepItem),
  );
}

function stepItem({ rule, resource, before, after, why }: Step): HTMLElement {
  return element(
    'li',
    {},
    element('b', {}, rule),
    element(
      'span',
      {},
      resource === null ? '' : `${kindOf(resource).label} ${changeText(resource, before, after)}`,
    ),
    element('span', {}, why),
  );
}

function changeText(resource: ResourceName, before: number | null, after: number | null): string {
  const [from, to] = [valueText(resource, before), valueText(resource, after)];
  return from === to ? from : `${from} → ${to}`;
}

function outcomeList({ outcomes }: Decision): HTMLElement {
  const items = outcomes.map(({ pod, result, detail }) =>
    element('li', {}, `${pod}: `, element('b', {}, result), detail === '' ? '' : ` – ${detail}`),
  );
  return element('ul', { class: 'outcomes' }, ...items);
}
