import { RESOURCE_NAMES, formatResource, kindOf, valueOf } from '#core/policy/resources.ts';
import type { FunctionDetail, FunctionRow } from '../api.ts';
import { healthText } from './columns.ts';
import { element } from './element.ts';
import { tableHead } from './table.ts';
import { numberText, percentText, rateText, secondsText, slowdownText } from './text.ts';

/** What there is to say of a function at one glance. */
export function createFacts(): { readonly root: HTMLElement; update(detail: FunctionDetail): void } {
  const root = element('header', { class: 'facts' });
  let told = '';
  return {
    root,
    update(detail) {
      const { row, evidence, annotations, annotationProblem } = detail;
      const key = JSON.stringify([row, evidence, annotations, annotationProblem]);
      if (key === told) return;
      told = key;
      root.replaceChildren(
        element('nav', { 'aria-label': 'Way back' }, element('a', { href: '#/' }, '← All functions')),
        element('h1', {}, row.name, ' ', element('small', {}, row.namespace)),
        element(
          'p',
          { class: 'badges' },
          badge(row),
          element('span', { class: 'badge' }, `mode ${row.mode}`),
        ),
        ...(annotationProblem === null ? [] : [element('p', { class: 'problem' }, annotationProblem)]),
        element(
          'div',
          { class: 'columns' },
          sizes(row),
          element('div', { class: 'stack' }, now(row), settings(annotations)),
          trust(detail),
        ),
      );
    },
  };
}

function badge(row: FunctionRow): HTMLElement {
  return element('span', { class: `badge health health-${row.health}` }, healthText(row));
}

function sizes({ allocated, recommended, pods }: FunctionRow): HTMLElement {
  const rows = RESOURCE_NAMES.map((name) => {
    const [now, wanted] = [allocated, recommended].map((resources) => {
      const value = resources === null ? null : valueOf(resources, name);
      return value === null ? (resources === null ? '–' : 'none') : formatResource(name, value);
    });
    return element(
      'tr',
      {},
      element('th', { scope: 'row' }, kindOf(name).label),
      element('td', {}, now ?? ''),
      element('td', now === wanted ? { class: 'soft' } : {}, wanted ?? ''),
    );
  });
  return element(
    'table',
    { class: 'sizes' },
    element('caption', {}, `A pod's sizes, of ${pods} ${pods === 1 ? 'pod' : 'pods'}`),
    tableHead(['', 'now', 'would set']),
    element('tbody', {}, ...rows),
  );
}

function list(title: string, items: readonly (readonly [name: string, value: string])[]): HTMLElement {
  return element(
    'section',
    {},
    element('h2', {}, title),
    element(
      'dl',
      {},
      ...items.flatMap(([name, value]) => [element('dt', {}, name), element('dd', {}, value)]),
    ),
  );
}

function now(row: FunctionRow): HTMLElement {
  return list('Now', [
    ['Calls', rateText(row.callsPerSecond)],
    ['p95 latency', secondsText(row.latencyP95Seconds)],
    ['Slowed by the limit', slowdownText(row.stretch)],
  ]);
}

/** How far to trust the forecasts: what they would have done on this very window. */
function trust({ evidence }: FunctionDetail): HTMLElement {
  const { skill, coverage, forecaster, replay, samples } = evidence;
  const short = (count: number): string => (replay === null ? '–' : `${count} of ${replay.samples} samples`);
  return list('How far to trust it', [
    ['Forecaster', `CPU ${forecaster.cpu}, memory ${forecaster.memory}`],
    ['Skill (under 1 beats repeating)', `CPU ${numberText(skill.cpu)}, memory ${numberText(skill.memory)}`],
    ['p95 held', `CPU ${percentText(coverage.cpu)}, memory ${percentText(coverage.memory)}`],
    ['Backtest: CPU short', short(replay?.shortCpu ?? 0)],
    ['Backtest: memory short', short(replay?.shortMemory ?? 0)],
    ['Rests on', `${samples} samples`],
  ]);
}

function settings(annotations: Readonly<Record<string, string>>): HTMLElement {
  const own = Object.entries(annotations).map(
    ([name, value]) => [name.replace('foresize/', ''), value] as const,
  );
  return list('Settings', own.length === 0 ? [['all', 'as by default']] : own);
}
