import { createHash } from 'node:crypto';
import type { TopLevelSpec } from 'vega-lite';
import { configOf, DARK, LIGHT, type Theme } from './theme.ts';

export type { Theme } from './theme.ts';

/** A Vega-Lite specification that says in words what it shows, for those who do not see it. */
export type Plot = TopLevelSpec & { readonly description: string };

/**
 * A plot as a self-contained SVG document, drawn by Vega-Lite in the shared theme; `description` becomes its
 * accessible name. Several such documents may stand in one page: their ids differ with their content. Times are in
 * the machine's zone unless their scale is `{ type: 'utc' }`.
 *
 * @example
 * const svg = await renderSvg({
 *   description: 'Loss by epoch',
 *   data: { values: [{ epoch: 1, loss: 0.9 }, { epoch: 2, loss: 0.4 }] },
 *   mark: 'line',
 *   encoding: { x: { field: 'epoch', type: 'quantitative' }, y: { field: 'loss', type: 'quantitative' } },
 * });
 *
 * Throws what Vega throws where the specification is wrong; its warnings are errors here.
 */
export async function renderSvg(plot: Plot, theme: Theme = 'both'): Promise<string> {
  const [vega, { compile }] = await Promise.all([import('vega'), import('vega-lite')]);
  estimateTextWidths(vega);
  const logger = strictLogger();
  const config = configOf(theme === 'dark' ? DARK : LIGHT);
  const compiled = compile(plot, { config, logger }).spec;
  const view = new vega.View(vega.parse(compiled), { renderer: 'none', logger });
  try {
    const svg = named(withOwnIds(await view.toSVG()), plot.description);
    return theme === 'both' ? withDarkScreens(svg) : svg;
  } finally {
    view.finalize();
  }
}

/**
 * The same as a picture of `scale` pixels a point; what is not SVG text is drawn in the light theme first. Text needs
 * a sans-serif font on the machine: without any (as in slim images) a picture has none.
 */
export async function renderPng(plot: string | Plot, scale = 2): Promise<Buffer> {
  const svg = typeof plot === 'string' ? plot : await renderSvg(plot, 'light');
  const { Resvg } = await import('@resvg/resvg-js');
  const picture = new Resvg(svg, {
    fitTo: { mode: 'zoom', value: scale },
    font: { loadSystemFonts: true, defaultFontFamily: 'Liberation Sans' },
  });
  return picture.render().asPng();
}

/**
 * Vega numbers clips and gradients through the life of the process, from 0. Here by their order and a digest of the
 * drawing: the same plot is the same document, and several in one page (made by several processes) do not mix.
 */
function withOwnIds(svg: string): string {
  const order = new Map<string, number>();
  const numbered = (prefix: string): string =>
    svg.replace(/(id="|url\(#)((?:clip|gradient_)\d+)/g, (_, before: string, id: string) => {
      if (!order.has(id)) order.set(id, order.size);
      return `${before}plot-${prefix}${order.get(id) ?? 0}`;
    });
  return numbered(`${createHash('sha256').update(numbered('')).digest('hex').slice(0, 8)}-`);
}

/** Exchanges the light palette for the dark one where a screen asks for it. Paper stays light. */
function withDarkScreens(svg: string): string {
  const roles = [
    [LIGHT.paper, DARK.paper],
    [LIGHT.ink, DARK.ink],
    [LIGHT.faint, DARK.faint],
    [LIGHT.grid, DARK.grid],
    ...LIGHT.series.map((colour, i) => [colour, DARK.series[i] ?? colour] as const),
  ] as const;
  const rules = roles.flatMap(([light, dark]) =>
    ['fill', 'stroke'].map((property) => `.plot [${property}="${light}"]{${property}:${dark}}`),
  );
  const style = `<style>@media screen and (prefers-color-scheme:dark){${rules.join('')}}</style>`;
  return svg.replace(/^<svg[^>]*>/, (start) => `${start}${style}`);
}

/** Vega's own name for the drawing is left out together with one for each of its marks. */
function named(svg: string, description: string): string {
  const text = description.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
  return svg.replace('class="marks"', () => `class="plot" role="img" aria-label="${text}"`);
}

/**
 * Without a canvas Vega takes 0.8 em for each character and so spreads legends far apart; sans-serif fonts average
 * 0.55. Its typings lack what it provides for this.
 */
function estimateTextWidths(vega: object): void {
  const metrics: unknown = Reflect.get(vega, 'textMetrics');
  if (typeof metrics !== 'object' || metrics === null) return;
  const width = ({ fontSize = 11 }: { readonly fontSize?: number }, text: unknown): number =>
    0.55 * fontSize * String(text).length;
  Object.assign(metrics, { width });
}

/** A field that does not exist or a scale that cannot be drawn is only warned of, and the plot comes out wrong. */
function strictLogger() {
  const refuse = (...words: readonly unknown[]): never => {
    throw new Error(`the plot cannot be drawn: ${words.map(String).join(' ')}`);
  };
  const logger = {
    level: () => logger,
    error: refuse,
    warn: refuse,
    info: () => logger,
    debug: () => logger,
  };
  return logger;
}
