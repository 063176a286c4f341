import type { Config } from 'vega-lite';

/** `both` follows the reader's system on screens and is light on paper. */
export type Theme = 'light' | 'dark' | 'both';

/** Colours by role. The keys of both palettes are the same, so that one can be exchanged for the other. */
interface Palette {
  readonly paper: string;
  readonly ink: string;
  readonly faint: string;
  readonly grid: string;
  readonly series: readonly string[];
}

/**
 * The series are after Okabe and Ito, whose colours stay apart for every common kind of colour blindness; the first
 * is neutral, for what the others are compared with. Yellow, which paper swallows, is left out. Luminances differ, so
 * that a grey print still tells them apart. No colour occurs twice: exchanging palettes goes by colour.
 */
export const LIGHT: Palette = {
  paper: '#ffffff',
  ink: '#24292f',
  faint: '#57606a',
  grid: '#e4e7eb',
  series: ['#6b7480', '#0069a8', '#d55e00', '#00896b', '#b3578f', '#3ba0d9', '#b57d00'],
};

export const DARK: Palette = {
  paper: '#14181d',
  ink: '#e6e9ed',
  faint: '#a3adb8',
  grid: '#2c333b',
  series: ['#949ea9', '#4aa8e8', '#f08a3c', '#2fc39c', '#dd8fbf', '#8ccdf2', '#e8b33f'],
};

const FONT = "system-ui, 'Segoe UI', 'Helvetica Neue', 'Liberation Sans', Arial, sans-serif";

/** A quiet plot: data first, a faint horizontal grid, no frame, titles at the left. */
export function configOf({ paper, ink, faint, grid, series }: Palette): Config {
  return {
    background: paper,
    padding: 12,
    font: FONT,
    aria: false,
    view: { stroke: null, continuousWidth: 640, continuousHeight: 260 },
    axis: {
      labelColor: faint,
      titleColor: faint,
      labelFontSize: 11,
      titleFontSize: 12,
      titleFontWeight: 'normal',
    },
    axisX: { grid: false, domainColor: faint, tickColor: faint, tickSize: 4, labelFlush: true },
    axisY: { gridColor: grid, domain: false, ticks: false, labelPadding: 6, tickCount: 5 },
    legend: {
      orient: 'top',
      title: null,
      labelColor: ink,
      labelFontSize: 12,
      labelLimit: 400,
      symbolStrokeWidth: 2.5,
    },
    header: { labelColor: ink, labelFontSize: 12, title: null },
    title: {
      anchor: 'start',
      color: ink,
      fontSize: 15,
      fontWeight: 600,
      subtitleColor: faint,
      subtitleFontSize: 12,
      offset: 10,
    },
    line: { strokeWidth: 1.6, strokeJoin: 'round', color: series[1] ?? ink },
    point: { filled: true, size: 36, color: series[1] ?? ink },
    bar: { color: series[1] ?? ink },
    area: { opacity: 0.25, color: series[1] ?? ink },
    rule: { color: faint },
    text: { color: ink },
    range: { category: [...series], ordinal: [...series] },
  };
}
