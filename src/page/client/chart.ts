import uPlot from 'uplot';
import { element, setText } from './element.ts';
import { timeText } from './text.ts';

export type Values = readonly (number | null)[];

/** One line of a chart. Colours are names of the style sheet's properties, so that they follow light and dark. */
export interface Line {
  readonly label: string;
  readonly colour: string;
  readonly style: 'line' | 'steps' | 'dashed-steps' | 'edge';
  /** It stretches the scale to so many times the others at most: a limit far above all use would make it a flat line. */
  readonly reach?: number;
}

export interface ChartOptions {
  readonly title: string;
  /** In rem. */
  readonly height: number;
  readonly lines: readonly Line[];
  /** Filled between two lines, by their place: upper, lower. */
  readonly band?: readonly [upper: number, lower: number];
  readonly format: (value: number | null) => string;
  /** Distances of the lines of the grid to choose from; left out, those of the decimal system. */
  readonly increments?: readonly number[];
}

export interface Chart {
  readonly root: HTMLElement;
  /** Columns as long as `times` (Unix ms), one a line; `marks` are drawn as upright lines. */
  update(times: readonly number[], columns: readonly Values[], marks: readonly number[]): void;
  close(): void;
}

/** Room of the y axis, and right of the plot, in rem; the lane of markers keeps to the same (page.css). */
const AXIS_WIDTH = 4;
const RIGHT_ROOM = 1.5;

/** Pixels of a rem: larger on a screen that is looked at from afar. */
const remPx = (): number => parseFloat(getComputedStyle(document.documentElement).fontSize);

const DARK = matchMedia('(prefers-color-scheme: dark)');

const CLOCK = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });

function colour(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
}

function highest(values: Values): number {
  return values.reduce<number>((most, value) => Math.max(most, value ?? 0), 0);
}

/** Where the chart ends, and which lines are above it. */
function topOf(lines: readonly Line[], columns: readonly Values[]): { top: number; above: boolean[] } {
  const peaks = lines.map((_, index) => highest(columns[index] ?? []));
  const inside = Math.max(0, ...peaks.filter((_, index) => lines[index]?.reach === undefined));
  const above = peaks.map((peak, index) => inside > 0 && peak > (lines[index]?.reach ?? Infinity) * inside);
  return { top: Math.max(inside, ...peaks.filter((_, index) => above[index] !== true)), above };
}

/** A chart over time with a legend that tells the values under the pointer, or where the arrow keys have gone. */
export function createChart(options: ChartOptions): Chart {
  const { title, lines, format } = options;
  const legend = createLegend(lines, format);
  const moved = element('p', { class: 'unseen', 'aria-live': 'polite' });
  const plot = element('div', { class: 'plot', tabindex: '0', role: 'group' });
  const root = element(
    'figure',
    { class: 'chart' },
    element('figcaption', {}, element('h3', {}, title), legend.root),
    plot,
    moved,
  );
  const state = {
    times: [] as readonly number[],
    columns: [] as readonly Values[],
    marks: [] as readonly number[],
    top: 1,
  };

  const tell = (index: number | null): void => {
    legend.show(state.columns, index ?? state.times.length - 1);
  };
  const uplot = new uPlot(
    uplotOptions(options, state, (index) => {
      tell(index);
    }),
    [[]],
    plot,
  );
  plot.addEventListener('keydown', (event) => {
    const step = { ArrowLeft: -1, ArrowRight: 1, PageUp: -20, PageDown: 20 }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const last = state.times.length - 1;
    const index = Math.min(last, Math.max(0, (uplot.cursor.idx ?? last) + step));
    const at = state.times[index] ?? 0;
    uplot.setCursor({ left: uplot.valToPos(at / 1000, 'x'), top: 0 });
    setText(moved, `${timeText(at)}: ${legend.text(state.columns, index)}`);
  });
  const sized = new ResizeObserver(() => {
    if (plot.clientWidth > 0) uplot.setSize({ width: plot.clientWidth, height: options.height * remPx() });
  });
  sized.observe(plot);
  const repaint = (): void => {
    uplot.redraw();
  };
  DARK.addEventListener('change', repaint);

  return {
    root,
    update(times, columns, marks) {
      const { top, above } = topOf(lines, columns);
      Object.assign(state, { times, columns, marks, top });
      legend.mark(above);
      tell(uplot.cursor.idx ?? null);
      const label = `${title}: ${legend.text(columns, times.length - 1)}. Arrow keys move over time.`;
      plot.setAttribute('aria-label', label);
      uplot.setData([times.map((at) => at / 1000), ...columns.map((column) => [...column])]);
    },
    close() {
      DARK.removeEventListener('change', repaint);
      sized.disconnect();
      uplot.destroy();
    },
  };
}

/** Between marks of time, which are told to the minute. */
const WHOLE_MINUTES = [1, 2, 5, 10, 15, 30, 60, 120, 360, 720, 1440];

function uplotOptions(
  { height, lines, band, format, increments }: ChartOptions,
  state: { readonly marks: readonly number[]; readonly top: number },
  onCursor: (index: number | null) => void,
): uPlot.Options {
  const rem = remPx();
  const axis = {
    stroke: () => colour('soft'),
    grid: { stroke: () => colour('grid'), width: 1 },
    ticks: { show: false },
    font: `${0.75 * rem}px system-ui, sans-serif`,
  };
  return {
    width: 300,
    height: height * rem,
    padding: [8, RIGHT_ROOM * rem, 0, 0],
    legend: { show: false },
    cursor: { sync: { key: 'time' }, drag: { x: false, y: false }, y: false, points: { size: 6 } },
    scales: { y: { range: () => [0, state.top > 0 ? state.top * 1.08 : 1] } },
    axes: [
      {
        ...axis,
        incrs: WHOLE_MINUTES.map((minutes) => minutes * 60),
        size: 1.6 * rem,
        space: 4 * rem,
        values: (_, at) => at.map((seconds) => CLOCK.format(seconds * 1000)),
      },
      {
        ...axis,
        ...(increments === undefined ? {} : { incrs: [...increments] }),
        size: AXIS_WIDTH * rem,
        space: 2.1 * rem,
        values: (_, at) => at.map(format),
      },
    ],
    series: [{}, ...lines.map(toSeries)],
    bands: band === undefined ? [] : [{ series: [band[0] + 1, band[1] + 1], fill: () => colour('band') }],
    hooks: {
      setCursor: [
        (uplot) => {
          onCursor(uplot.cursor.idx ?? null);
        },
      ],
      draw: [
        (uplot) => {
          drawMarks(uplot, state.marks);
        },
      ],
    },
  };
}

function toSeries({ label, colour: name, style }: Line): uPlot.Series {
  const isSteps = style === 'steps' || style === 'dashed-steps';
  // The component's own default: a path of straight lines.
  const paths = isSteps ? uPlot.paths.stepped?.({ align: 1 }) : undefined;
  return {
    label,
    stroke: () => colour(name),
    width: style === 'edge' ? 1 : 2,
    ...(style === 'dashed-steps' ? { dash: [6, 4] } : {}),
    ...(paths === undefined ? {} : { paths }),
    points: { show: false },
  };
}

function drawMarks(uplot: uPlot, marks: readonly number[]): void {
  const { ctx, bbox } = uplot;
  ctx.save();
  ctx.strokeStyle = colour('mark');
  ctx.lineWidth = devicePixelRatio;
  ctx.setLineDash([2 * devicePixelRatio, 3 * devicePixelRatio]);
  for (const at of marks) {
    const x = Math.round(uplot.valToPos(at / 1000, 'x', true));
    if (x < bbox.left || x > bbox.left + bbox.width) continue;
    ctx.beginPath();
    ctx.moveTo(x, bbox.top);
    ctx.lineTo(x, bbox.top + bbox.height);
    ctx.stroke();
  }
  ctx.restore();
}

function createLegend(lines: readonly Line[], format: (value: number | null) => string) {
  const values = lines.map(() => element('b'));
  const notes = lines.map(() => element('i'));
  const items = lines.map(({ label, colour: name, style }, index) =>
    element('li', { class: `key ${name} ${style}` }, label, ' ', values[index] ?? '', notes[index] ?? ''),
  );
  const at = (columns: readonly Values[], line: number, index: number): number | null =>
    columns[line]?.[index] ?? null;
  return {
    root: element('ul', { class: 'legend' }, ...items),
    show(columns: readonly Values[], index: number) {
      values.forEach((value, line) => {
        setText(value, format(at(columns, line, index)));
      });
      items.forEach((item, line) => {
        // What was never there needs no place.
        item.hidden = (columns[line] ?? []).every((value) => value === null);
      });
    },
    mark(above: readonly boolean[]) {
      notes.forEach((note, line) => {
        setText(note, above[line] === true ? ' (above the chart)' : '');
      });
    },
    text: (columns: readonly Values[], index: number): string =>
      lines
        .map(({ label }, line) => [label, at(columns, line, index)] as const)
        .filter(([, value]) => value !== null)
        .map(([label, value]) => `${label} ${format(value)}`)
        .join(', '),
  };
}
