import { readFileSync } from 'node:fs';
import * as z from 'zod';
import { chartFile } from './manifests.ts';

const dashboardSchema = z.object({
  uid: z.string(),
  templating: z.object({
    list: z.array(z.object({ name: z.string(), type: z.string(), definition: z.string().optional() })),
  }),
  panels: z.array(
    z.object({
      id: z.number(),
      title: z.string(),
      type: z.string(),
      gridPos: z.object({ x: z.number(), y: z.number(), w: z.number(), h: z.number() }),
      targets: z.array(z.object({ expr: z.string() })).default([]),
    }),
  ),
});

export const dashboard = dashboardSchema.parse(
  JSON.parse(readFileSync(chartFile('grafana/foresize.json'), 'utf8')),
);

/** Every query of a panel, with the panel's title. */
export const panelQueries = dashboard.panels.flatMap(({ title, targets }) =>
  targets.map(({ expr }) => ({ title, expr })),
);

/** A query as Grafana sends it with these variables chosen. */
export function fillIn(expr: string, variables: Readonly<Record<string, readonly string[]>>): string {
  const chosen = Object.entries(variables).reduce(
    (text, [name, values]) =>
      text.replaceAll(`$${name}`, values.length === 1 ? (values[0] ?? '') : `(${values.join('|')})`),
    expr,
  );
  return chosen.replaceAll('$__rate_interval', '1m');
}
