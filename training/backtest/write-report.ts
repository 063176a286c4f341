import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { htmlReport } from './html-report.ts';
import { jsonReport } from './json-report.ts';
import type { BacktestReport } from './report.ts';

/** Paths that were written. */
export interface Written {
  readonly json: string;
  readonly html: string;
}

/** Writes backtest.json and backtest.html into a folder, which is made. A file that was there is replaced whole or not at all. */
export async function writeReport(report: BacktestReport, folder: string): Promise<Written> {
  await mkdir(folder, { recursive: true });
  const json = join(folder, 'backtest.json');
  const html = join(folder, 'backtest.html');
  await replace(json, `${JSON.stringify(jsonReport(report), null, 2)}\n`);
  await replace(html, await htmlReport(report));
  return { json, html };
}

async function replace(path: string, text: string): Promise<void> {
  const draft = `${path}.${process.pid}.tmp`;
  await writeFile(draft, text);
  await rename(draft, path);
}
