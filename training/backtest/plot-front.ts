import type { Plot } from '../plots/render.ts';
import { LIGHT } from '../plots/theme.ts';
import { METRIC_LABEL } from './labels.ts';
import { ALLOWED_SHORT, type MethodName, type MethodReport, type ResourceReport } from './report.ts';

/** The colour of each method, the same in every plot; the neutral one is what others are compared with. */
const COLOUR: Readonly<Partial<Record<MethodName, number>>> = {
  persistence: 0,
  forecaster: 1,
  policy: 2,
  vpa: 3,
  percentile: 4,
  limits: 5,
  static: 6,
};

/** Costs beyond this many times the cheapest at ALLOWED_SHORT flatten all that matters. */
const HIGHEST = 2.5;

const SHORT_DOMAIN = [0, 20];
const SHORT_TICKS = [0, 0.1, 0.5, 1, 2, 5, 10, 20];
const DASHES = [4, 4];

/** Colours of the methods that are shown, by their labels. */
export function methodScale(methods: readonly MethodReport[]): { domain: string[]; range: string[] } {
  const coloured = methods.filter(({ method }) => COLOUR[method] !== undefined);
  return {
    domain: coloured.map(({ label }) => label),
    range: coloured.map(({ method }) => LIGHT.series[COLOUR[method] ?? 0] ?? LIGHT.ink),
  };
}

/** Allocation ÷ use against short samples as quantile and margin are swept; a ring is a method as it is used. */
export function frontPlot(name: string, { metric, methods }: ResourceReport): Plot {
  const swept = methods.flatMap(({ label, front }) =>
    front.map((point) => ({ method: label, short: point.short * 100, ratio: point.allocationOverUse })),
  );
  const used = methods.flatMap(({ method, label, own }) => {
    const ratio = own?.outcome.allocationOverUse;
    if (method === 'oracle' || ratio === null || ratio === undefined) return [];
    return [{ method: label, short: (own?.outcome.short ?? 0) * 100, ratio }];
  });
  const oracle = methods.find(({ method }) => method === 'oracle')?.own?.outcome.allocationOverUse ?? null;
  const bounds = boundsOf(methods, oracle);
  const x = {
    field: 'short',
    type: 'quantitative',
    title: 'samples short, %',
    scale: { type: 'sqrt', domain: SHORT_DOMAIN, clamp: true },
    axis: { values: SHORT_TICKS, format: '~g' },
  } as const;
  const y = {
    field: 'ratio',
    type: 'quantitative',
    title: 'allocation ÷ use',
    scale: { domain: bounds, nice: false, zero: false },
  } as const;
  const color = {
    field: 'method',
    type: 'nominal',
    scale: methodScale(methods),
    legend: { columns: 3, labelLimit: 0 },
  } as const;
  const dashed = { type: 'rule', strokeDash: DASHES } as const;
  return {
    description: `${METRIC_LABEL[metric]} of ${name}: allocation ÷ use against the share of samples short, by method${oracle === null ? '' : `; the dashed level is the oracle's, ${oracle.toFixed(3)}`}`,
    width: 420,
    height: 300,
    layer: [
      { data: { values: [{ short: ALLOWED_SHORT * 100 }] }, mark: dashed, encoding: { x } },
      { data: { values: oracle === null ? [] : [{ ratio: oracle }] }, mark: dashed, encoding: { y } },
      {
        data: { values: swept },
        mark: { type: 'line', clip: true },
        encoding: { x, y, color, order: { field: 'short', type: 'quantitative' } },
      },
      {
        data: { values: used },
        mark: { type: 'point', filled: false, size: 70, strokeWidth: 2, opacity: 1, clip: true },
        encoding: { x, y, color },
      },
    ],
  };
}

function boundsOf(methods: readonly MethodReport[], oracle: number | null): number[] {
  const safe = methods.map(({ best }) => best?.outcome.allocationOverUse ?? Infinity);
  const all = methods.flatMap(({ front }) => front.map((point) => point.allocationOverUse));
  const cheapest = Math.min(...safe);
  const [least, most] = [Math.min(oracle ?? Infinity, ...all), Math.max(...all)];
  const top = Number.isFinite(cheapest) ? Math.min(most, cheapest * HIGHEST) : most;
  return Number.isFinite(least) && top > least ? [least, top] : [0, 2];
}
