import type { FunctionDetail } from '../api.ts';
import { createCharts, firstShown } from './charts.ts';
import { createDecisionList } from './decision-list.ts';
import { decisionPanel, type ShownDecision } from './decision-view.ts';
import { element, setText } from './element.ts';
import { createFacts } from './facts.ts';
import { createMarkerLane } from './marker-lane.ts';
import { createNumbers } from './numbers.ts';
import { createWhatIfView } from './what-if-view.ts';

export interface DetailView {
  readonly root: HTMLElement;
  update(detail: FunctionDetail): void;
  close(): void;
}

/** One function: facts, decisions over time, charts, what-if, and the same in words and numbers. */
export function createDetailView(): DetailView {
  let detail: FunctionDetail | null = null;
  let selected: ShownDecision | null = null;
  const facts = createFacts();
  const charts = createCharts();
  const numbers = createNumbers();
  const panel = element('section', { class: 'decision', 'aria-live': 'polite', 'aria-label': 'Decision' });
  const select = (decision: ShownDecision): void => {
    selected = selected?.at === decision.at ? null : decision;
    draw();
  };
  const lane = createMarkerLane(select);
  const decisions = createDecisionList();
  const explanation = element('p', { class: 'soft' });
  const whatIf = createWhatIfView(() => {
    draw();
  });

  const draw = (): void => {
    if (detail === null) return;
    facts.update(detail);
    lane.update(detail.times.slice(firstShown(detail)), detail.decisions, selected?.at ?? null);
    showDecision(panel, selected, detail.decisions.length);
    setText(explanation, explain(detail));
    charts.update(detail, whatIf.update(detail));
    decisions.update(detail.decisions);
    numbers.update(detail);
  };

  return {
    root: element(
      'article',
      { class: 'detail' },
      facts.root,
      element(
        'section',
        { 'aria-labelledby': 'over-time' },
        element('h2', { id: 'over-time' }, 'Over time'),
        explanation,
        lane.root,
        panel,
        charts.root,
      ),
      whatIf.root,
      decisions.root,
      numbers.root,
    ),
    update(next) {
      detail = next;
      draw();
    },
    close: () => {
      charts.close();
    },
  };
}

/** Written again only when another is chosen: it is read out when it changes. */
function showDecision(panel: HTMLElement, selected: ShownDecision | null, count: number): void {
  const key = selected === null ? `none of ${Math.min(count, 1)}` : String(selected.at);
  if (panel.dataset.shown === key) return;
  panel.dataset.shown = key;
  if (selected !== null) panel.replaceChildren(...decisionPanel(selected));
  else panel.replaceChildren(element('p', { class: 'soft' }, count === 0 ? NO_DECISIONS : CHOOSE));
}

function explain({ forecast }: FunctionDetail): string {
  return `The band is what was forecast, at each moment for the ${Math.round(forecast.horizonMs / 1000)} s after it: the peak from p50 to p99. Use above the band was not foreseen.`;
}

const CHOOSE = 'Each mark is a decision: choose one to see the rules that led to it.';
const NO_DECISIONS = 'No decision is known in this window.';
