import type { FunctionRow } from '../api.ts';

/** In the picture's own units; the style sheet says how large it is. */
const WIDTH = 96;
const HEIGHT = 24;
/** So that a line along the edge is not cut. */
const INSET = 1.5;

export interface Trend {
  readonly root: SVGSVGElement;
  update(row: Pick<FunctionRow, 'trend' | 'allocated'>): void;
}

function svg<K extends keyof SVGElementTagNameMap>(
  tag: K,
  attributes: Readonly<Record<string, string>>,
): SVGElementTagNameMap[K] {
  const made = document.createElementNS('http://www.w3.org/2000/svg', tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  return made;
}

/** Use over the window, and the request as a dashed line; the numbers beside it say the same in words. */
export function createTrend(): Trend {
  const request = svg('path', { class: 'trend-request' });
  const use = svg('path', { class: 'trend-use' });
  const root = svg('svg', {
    class: 'trend',
    viewBox: `0 0 ${WIDTH} ${HEIGHT}`,
    preserveAspectRatio: 'none',
    'aria-hidden': 'true',
  });
  root.append(request, use);
  return {
    root,
    update({ trend: { points, topCores }, allocated: { cpuRequestCores } }) {
      draw(use, pathOf(points));
      const share = cpuRequestCores === null || topCores === 0 ? null : (100 * cpuRequestCores) / topCores;
      draw(request, share === null ? '' : `M0 ${heightAt(share)}H${WIDTH}`);
    },
  };
}

function draw(path: SVGPathElement, d: string): void {
  if (path.getAttribute('d') !== d) path.setAttribute('d', d);
}

const heightAt = (hundredths: number): string =>
  (HEIGHT - INSET - ((HEIGHT - 2 * INSET) * hundredths) / 100).toFixed(1);

/** A new stroke after each gap. */
function pathOf(points: FunctionRow['trend']['points']): string {
  const width = WIDTH / Math.max(1, points.length - 1);
  let isDown = false;
  let d = '';
  points.forEach((point, index) => {
    if (point !== null) d += `${isDown ? 'L' : 'M'}${(index * width).toFixed(1)} ${heightAt(point)}`;
    isDown = point !== null;
  });
  return d;
}
