import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Command } from '@commander-js/extra-typings';
import { chromium, type Browser, type Page } from 'playwright-core';
import { parseDurationMs } from '#core/units/duration.ts';
import { withTarget } from '../cli/observe/target.ts';
import { reportOf } from '../cli/recommend/report.ts';
import { look } from '../cli/recommend/run-recommend.ts';
import { tableText } from '../cli/recommend/table.ts';
import { runShowcase } from './screenshots/running-showcase.ts';
import { terminalSvg } from './screenshots/terminal-svg.ts';

/** Pictures of the page and of `foresize recommend`, of a platform that is really run: nothing in them is made up. */
const {
  out,
  after,
  chromium: executablePath,
} = new Command('screenshots')
  .option('--out <folder>', 'where they are written', 'docs/images')
  .option('--after <time>', 'how long the functions run before', parseDurationMs, 360_000)
  .option('--chromium <path>', 'the browser', process.env.CHROMIUM ?? '/usr/bin/chromium')
  .parse()
  .opts();

/** `foresize recommend` watches the kubelet's counters for so long. */
const WATCH_MS = 90_000;
const SIZE = { width: 1280, height: 800 };
const TABLE_COLUMNS = 132;

async function takePictures(browser: Browser, url: string): Promise<void> {
  for (const scheme of ['light', 'dark'] as const) {
    const page = await browser.newPage({ viewport: SIZE, colorScheme: scheme, reducedMotion: 'reduce' });
    const suffix = scheme === 'light' ? '' : '-dark';
    await page.goto(url);
    await page.locator('tbody tr').first().waitFor();
    await shoot(page, `page${suffix}`, 'main');
    await page.getByRole('link', { name: 'qrcode' }).click();
    await page
      .getByRole('button', { name: /Resize \(sizing\)/ })
      .first()
      .click();
    await page.locator('.chart canvas').first().waitFor();
    await shoot(page, `page-detail${suffix}`, '.charts');
    await page.close();
  }
}

/** From the top of the page to the end of an element, and a little more. */
async function shoot(page: Page, name: string, last: string): Promise<void> {
  const box = await page.locator(last).boundingBox();
  const height = Math.ceil((box?.y ?? 0) + (box?.height ?? SIZE.height)) + 16;
  await page.setViewportSize({ ...SIZE, height });
  // A frame for what follows the size.
  await page.evaluate('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))');
  await page.screenshot({ path: join(out, `${name}.png`) });
  await page.setViewportSize(SIZE);
}

async function tableOf(kubeconfig: string): Promise<string> {
  const flags = { kubeconfig, namespace: 'openfaas-fn', source: 'scrape', for: WATCH_MS } as const;
  const signal = AbortSignal.timeout(5 * WATCH_MS);
  const observation = await withTarget(flags, signal, (target) => look(target, {}, signal));
  return tableText(reportOf(observation), { columns: TABLE_COLUMNS, colour: true, quiet: false });
}

mkdirSync(out, { recursive: true });
const folder = mkdtempSync(join(tmpdir(), 'foresize-screenshots-'));
const running = await runShowcase(folder);
try {
  await pause(Math.max(0, after - WATCH_MS));
  const table = await tableOf(running.kubeconfigPath);
  writeFileSync(
    join(out, 'recommend.svg'),
    terminalSvg(`$ foresize recommend\n${table}`, 'foresize recommend'),
  );
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
  try {
    await takePictures(browser, running.pageUrl);
  } finally {
    await browser.close();
  }
} finally {
  await running.close();
  rmSync(folder, { recursive: true });
}
