import { type Plot, renderPng, renderSvg } from './render.ts';

export type PlotFormat = 'svg' | 'png';

/** Plots as files: each name with the ending of each format. */
export async function renderFiles(
  plots: Readonly<Record<string, Plot>>,
  formats: readonly PlotFormat[] = ['svg'],
): Promise<Readonly<Record<string, string | Uint8Array>>> {
  const files: Record<string, string | Uint8Array> = {};
  for (const [name, plot] of Object.entries(plots)) {
    for (const format of formats) {
      files[`${name}.${format}`] = format === 'svg' ? await renderSvg(plot) : await renderPng(plot);
    }
  }
  return files;
}
