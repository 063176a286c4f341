import { decisionPanel, decisionTitle, type ShownDecision } from './decision-view.ts';
import { element } from './element.ts';

/** All decisions as a list to unfold, newest first: what the marks show, without pointing at them. */
export function createDecisionList(): {
  readonly root: HTMLElement;
  update(decisions: readonly ShownDecision[]): void;
} {
  const list = element('ol', { reversed: '', class: 'decisions' });
  const known = new Map<number, HTMLElement>();
  return {
    root: element(
      'section',
      { 'aria-labelledby': 'decisions' },
      element('h2', { id: 'decisions' }, 'Decisions'),
      list,
    ),
    update(decisions) {
      const items = decisions.toReversed().map((decision) => {
        const item = known.get(decision.at) ?? createItem(decision);
        known.set(decision.at, item);
        return item;
      });
      const isSame =
        items.length === list.children.length && items.every((item, at) => item === list.children[at]);
      if (!isSame) list.replaceChildren(...items);
    },
  };
}

/** The steps are made when they are asked for. */
function createItem(decision: ShownDecision): HTMLElement {
  const title = element('b', {}, decisionTitle(decision));
  const details = element(
    'details',
    {},
    element('summary', { class: decision.action }, title, ' ', decision.reason),
  );
  details.addEventListener(
    'toggle',
    () => {
      details.append(element('div', { class: 'decision' }, ...decisionPanel(decision).slice(2)));
    },
    { once: true },
  );
  return element('li', {}, details);
}
