import { at } from '#forecast/trailing-maximum.ts';
import { LIGHT } from '../plots/theme.ts';
import type { Plot } from '../plots/render.ts';
import { METRIC_LABEL } from './labels.ts';
import type { FunctionReport, ResourceReport } from './report.ts';

/** More points than pixels only make the page heavy. */
const MOST_POINTS = 400;

const DAY_MS = 86_400_000;

const UNITS = {
  cpu: { factor: 1000, title: 'CPU, millicores' },
  memory: { factor: 1 / 2 ** 20, title: 'memory, MiB' },
} as const;

const SERIES = ['use', 'allocated', 'forecast, p50 to p95'] as const;

interface Point {
  readonly time: number;
  readonly use: number | null;
  readonly allocated: number | null;
  readonly low: number | null;
  readonly high: number | null;
}

type Column = Exclude<keyof Point, 'time'>;

/** Use under the allocation that was in force, over the forecast that it was made from. */
export function usePlot(report: FunctionReport, resource: ResourceReport): Plot {
  const { factor, title } = UNITS[resource.metric];
  const { points, stepsPerPoint } = thinned(report, resource, factor);
  const merged =
    stepsPerPoint > 1 ? ` Each point stands for ${stepsPerPoint} samples: most use, least allocation.` : '';
  const time = {
    field: 'time',
    type: 'temporal',
    scale: { type: 'utc' },
    title: 'UTC',
    axis: { tickCount: 8, labelOverlap: true, format: timeFormat(report) },
  } as const;
  const line = (column: Column, name: string) =>
    ({
      mark: { type: 'line', interpolate: column === 'use' ? 'linear' : 'step-before' },
      encoding: {
        x: time,
        y: { field: column, type: 'quantitative', title },
        color: colour(name),
      },
    }) as const;
  return {
    description: `${METRIC_LABEL[resource.metric]} of ${report.name}: use, allocation and forecast over time.${merged}`,
    width: 880,
    height: 220,
    data: { values: points },
    layer: [
      {
        mark: { type: 'area', interpolate: 'step-before' },
        encoding: {
          x: time,
          y: { field: 'low', type: 'quantitative', title },
          y2: { field: 'high' },
          color: colour(SERIES[2]),
        },
      },
      line('use', SERIES[0]),
      line('allocated', SERIES[1]),
    ],
  };
}

/** Days are told only where there are several. */
function timeFormat({ from, to, stepMs }: FunctionReport): string {
  return (to - from) * stepMs > DAY_MS ? '%-d %b %H:%M' : '%H:%M';
}

function colour(name: string) {
  const [, blue, orange, , , pale] = LIGHT.series;
  const range = [blue, orange, pale].filter((shade) => shade !== undefined);
  return { datum: name, type: 'nominal', scale: { domain: [...SERIES], range } } as const;
}

/** Evenly merged so that peaks of use and dips of allocation remain. */
function thinned(
  { from, to, startMs, stepMs }: FunctionReport,
  { plot }: ResourceReport,
  factor: number,
): { points: Point[]; stepsPerPoint: number } {
  const stepsPerPoint = Math.max(1, Math.ceil((to - from) / MOST_POINTS));
  const points: Point[] = [];
  for (let start = from; start < to; start += stepsPerPoint) {
    const end = Math.min(to, start + stepsPerPoint);
    const pick = (column: Float64Array, better: (left: number, right: number) => number): number | null => {
      let best = NaN;
      for (let i = start; i < end; i++) {
        const value = at(column, i);
        if (!Number.isNaN(value)) best = Number.isNaN(best) ? value : better(best, value);
      }
      return Number.isNaN(best) ? null : Number((best * factor).toPrecision(4));
    };
    points.push({
      time: startMs + (end - 1) * stepMs,
      use: pick(plot.use, Math.max),
      allocated: pick(plot.allocation, Math.min),
      low: pick(plot.low, Math.min),
      high: pick(plot.high, Math.max),
    });
  }
  return { points, stepsPerPoint };
}
