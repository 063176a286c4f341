import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { writeWhole } from '../data/write-whole.ts';
import { type Drawing, htmlReport } from './html-report.ts';
import { jsonReport } from './json-report.ts';
import type { BacktestReport } from './report.ts';

/** Paths that were written. */
export interface Written {
  readonly json: string;
  readonly html: string;
}

/** Writes backtest.json and backtest.html into a folder, which is made. A file that was there is replaced whole or not at all. */
export async function writeReport(
  report: BacktestReport,
  folder: string,
  drawing: Drawing = {},
): Promise<Written> {
  const page = await htmlReport(report, drawing);
  await mkdir(folder, { recursive: true });
  const json = join(folder, 'backtest.json');
  const html = join(folder, 'backtest.html');
  await writeWhole(json, [JSON.stringify(jsonReport(report), null, 1), '\n']);
  await writeWhole(html, [page]);
  return { json, html };
}
