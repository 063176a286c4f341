import { decisionTitle, type ShownDecision } from './decision-view.ts';
import { element } from './element.ts';

export interface MarkerLane {
  readonly root: HTMLElement;
  update(times: readonly number[], decisions: readonly ShownDecision[], selected: number | null): void;
}

/**
 * Decisions over time, above the charts and in line with them: a button each, the resizes larger. One of them is in the
 * order of tabs, arrow keys go from one to the next.
 */
export function createMarkerLane(onSelect: (decision: ShownDecision) => void): MarkerLane {
  const inner = element('div', { class: 'lane-inner' });
  const root = element('div', { class: 'lane', role: 'group', 'aria-label': 'Decisions over time' }, inner);
  let buttons: HTMLButtonElement[] = [];
  let told = '';

  inner.addEventListener('keydown', (event) => {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    const here = buttons.findIndex((button) => button === document.activeElement);
    if (step === undefined || here < 0) return;
    event.preventDefault();
    focusOn(buttons, Math.min(buttons.length - 1, Math.max(0, here + step)));
  });

  return {
    root,
    update(times, decisions, selected) {
      const [first = 0, last = 1] = [times[0], times.at(-1)];
      const key = JSON.stringify([decisions.map(({ at }) => at), selected]);
      if (key !== told) {
        const focused = buttons.find((button) => button === document.activeElement)?.value;
        buttons = decisions.map((decision) => createMarker(decision, selected, onSelect));
        inner.replaceChildren(...buttons);
        const tab = buttons.findIndex(({ value }) => value === (focused ?? String(selected)));
        const newest = tab < 0 ? buttons.length - 1 : tab;
        buttons.forEach((button, index) => {
          button.tabIndex = index === newest ? 0 : -1;
        });
        if (focused !== undefined) buttons[newest]?.focus();
        told = key;
      }
      buttons.forEach((button) => {
        const share = (Number(button.value) - first) / Math.max(1, last - first);
        button.style.left = `${Math.min(100, Math.max(0, 100 * share))}%`;
      });
    },
  };
}

function focusOn(buttons: readonly HTMLButtonElement[], index: number): void {
  buttons.forEach((button, at) => {
    button.tabIndex = at === index ? 0 : -1;
  });
  buttons[index]?.focus();
}

function createMarker(
  decision: ShownDecision,
  selected: number | null,
  onSelect: (decision: ShownDecision) => void,
): HTMLButtonElement {
  const title = `${decisionTitle(decision)}: ${decision.reason}`;
  const marker = element('button', {
    type: 'button',
    class: `marker ${decision.action} ${decision.path}`,
    value: String(decision.at),
    title,
    'aria-label': title,
    'aria-pressed': String(decision.at === selected),
  });
  marker.addEventListener('click', () => {
    onSelect(decision);
  });
  return marker;
}
