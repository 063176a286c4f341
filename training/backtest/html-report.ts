import { type Plot, renderSvg } from '../plots/render.ts';
import type { OnProgress } from './backtest.ts';
import { escapeHtml, htmlPage, htmlTable } from './html-page.ts';
import { METRIC_LABEL } from './labels.ts';
import { coveragePlot } from './plot-coverage.ts';
import { frontPlot } from './plot-front.ts';
import { summaryPlot } from './plot-summary.ts';
import { usePlot } from './plot-use.ts';
import {
  type BacktestReport,
  type FunctionReport,
  isJudged,
  type ResourceReport,
  type Unjudged,
} from './report.ts';
import { SUMMARY_HEAD, summaryCells, summaryOf } from './summary.ts';
import {
  controlText,
  FRONT_HEAD,
  frontCells,
  headText,
  OUTCOME_HEAD,
  outcomeCells,
  resourceHead,
  SCORE_HEAD,
  scoreCells,
} from './text-report.ts';

/** So few functions are shown unfolded. */
const UNFOLDED = 2;

/** The style sheet that Vega's dark screens need: the same in every plot, so the page has it once. */
const PLOT_STYLE = /<style>(.*?)<\/style>/s;

/** Plots take a quarter of a second a function. */
export interface Drawing {
  readonly signal?: AbortSignal;
  readonly onProgress?: OnProgress;
}

/** The whole report as one page: a summary of all functions, then each, folded where there are many. */
export async function htmlReport(
  report: BacktestReport,
  { signal, onProgress }: Drawing = {},
): Promise<string> {
  const title = `Backtest of ${report.dataSet}`;
  const sections: string[] = [];
  for (const [i, one] of report.functions.entries()) {
    onProgress?.(i / report.functions.length, `drawing ${one.name}`);
    signal?.throwIfAborted();
    sections.push(await functionSection(one, i, report.functions.length <= UNFOLDED));
  }
  const main = [head(title, report), await summary(report), ...sections, NOTES].join('\n');
  const [, plotStyle = ''] = PLOT_STYLE.exec(main) ?? [];
  const bare = main.replace(new RegExp(PLOT_STYLE, 'gs'), '');
  return htmlPage(title, `<main>\n${bare}\n</main>`, plotStyle);
}

function head(
  title: string,
  { forecaster, policy, cadenceMs, delayMs, annotations }: BacktestReport,
): string {
  const set = Object.entries(annotations).map(([name, value]) => `${name}: ${value}`);
  const how = [
    `A ${controlText(cadenceMs, delayMs)}`,
    `forecaster ${forecaster}`,
    policy === 'full'
      ? `the whole policy${set.length > 0 ? ` with ${set.join(', ')}` : ''}`
      : 'the plain sizing rule',
  ];
  return `<h1>${escapeHtml(title)}</h1>\n<p class="quiet">${escapeHtml(`${how.join('; ')}.`)}</p>`;
}

async function summary(report: BacktestReport): Promise<string> {
  const all = summaryOf(report);
  const { rows, medians, unjudged } = all;
  const caption =
    'Allocation ÷ use at ≤ 1 % of samples short, quantile and margin chosen in hindsight; then the forecaster, or the whole policy where it was replayed, as it is used; its pinball loss ÷ persistence’s, and how often its p95 held';
  const table = htmlTable(
    caption,
    SUMMARY_HEAD,
    rows.map((row) => summaryCells(row)),
    { foot: medians.map((row) => summaryCells(row)), links: rows.map(({ index }) => `#${idOf(index)}`) },
  );
  const left = unjudged.map(
    ({ name, metric, why }) => `<li>${escapeHtml(`${METRIC_LABEL[metric]} of ${name}: ${why}`)}</li>`,
  );
  const plots = (['cpu', 'memory'] as const).map((metric) => summaryPlot(all, metric));
  const drawn = await figure(
    'Each point is a function, the bar their median',
    plots.filter((plot) => plot !== null),
  );
  return `<h2>Summary</h2>\n${drawn}${table}${left.length > 0 ? `<p>Not judged:</p><ul>${left.join('')}</ul>` : ''}`;
}

const idOf = (index: number): string => `function-${index + 1}`;

async function functionSection(report: FunctionReport, index: number, open: boolean): Promise<string> {
  const parts = [await resourceSection(report, report.cpu), await resourceSection(report, report.memory)];
  return `<details id="${idOf(index)}"${open ? ' open' : ''}><summary>${escapeHtml(headText(report).trim())}</summary>
${parts.join('\n')}
</details>`;
}

async function resourceSection(report: FunctionReport, resource: ResourceReport | Unjudged): Promise<string> {
  const title = METRIC_LABEL[resource.metric];
  if (!isJudged(resource)) return `<h3>${title}</h3>\n<p>Not judged: ${escapeHtml(resource.why)}.</p>`;
  const scored = resource.methods.filter(({ scores }) => scores !== null);
  const swept = resource.methods.filter(({ front }) => front.length > 0);
  const front = swept.length > 0 ? frontPlot(report.name, resource) : null;
  const pair = [front, coveragePlot(report.name, resource)].filter((plot) => plot !== null);
  return [
    `<h3>${escapeHtml(resourceHead(resource).trim())}</h3>`,
    htmlTable(
      'As it is used: samples short, by how much (mean and worst), allocation ÷ use (×), resizes an hour; and the cheapest at ≤ 1 % short',
      OUTCOME_HEAD,
      resource.methods.map(outcomeCells),
    ),
    await figure('Use, and what was allocated for it', [usePlot(report, resource)]),
    await figure(
      'Lines: cost against safety as quantile and margin are swept; rings: as it is used; dashed: the oracle, and 1 % short. Points: how often quantiles of the peak held, less how often they should; bars: two standard errors',
      pair,
    ),
    scored.length > 0 ? htmlTable('Forecasts of the peak', SCORE_HEAD, scored.map(scoreCells)) : '',
    swept.length > 0
      ? htmlTable('Allocation ÷ use by allowed share of short samples', FRONT_HEAD, swept.map(frontCells))
      : '',
  ].join('\n');
}

async function figure(caption: string, plots: readonly Plot[]): Promise<string> {
  if (plots.length === 0) return '';
  const drawn: string[] = [];
  for (const plot of plots) drawn.push(await renderSvg(plot));
  return `<figure><div class="plots">${drawn.join('')}</div><figcaption class="quiet">${escapeHtml(caption)}</figcaption></figure>`;
}

const NOTES = `<h2>How to read this</h2>
<p>A sample is short where use was above the allocation, or was held down by a limit, or a process was killed for want of memory: then demand was higher than what was seen, whatever is allocated. CPU is sized and judged in means of 60 s. Gaps count as nothing. Every result is the mean over the phases of the control.</p>
<p>Settings at ≤ 1 % short are chosen knowing the outcome, for every method alike: they compare forecasts at equal safety, and nobody could have chosen them beforehand. The oracle allocates the exact peak of the time for which a decision holds.</p>
<p>Horizons overlap, so the standard error of coverage counts as many independent peaks as horizons fit side by side into the time judged.</p>`;
