import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from '@commander-js/extra-typings';
import { type Browser, chromium, type Page } from 'playwright-core';
import { createPageData } from '#page/page-data.ts';
import { observedPage } from '../cli/page/observed-page.ts';
import { startPageServer } from '../cli/page/page-server.ts';
import { reportOf } from '../cli/recommend/report.ts';
import { tableText } from '../cli/recommend/table.ts';
import { toPalettePng } from './screenshots/palette-png.ts';
import { type Played, replayChain } from './screenshots/replayed-chain.ts';
import { terminalSvg } from './screenshots/terminal-svg.ts';

/**
 * Pictures of the page and of `foresize recommend` for the README: of the chain run over a recording of real functions
 * under real load, so that they come out the same everywhere.
 */
const options = new Command('screenshots')
  .option('--out <folder>', 'where they are written', 'docs/images')
  .option('--recording <folder>', 'what the chain is run over', 'training/recordings/2026-11-25')
  .option('--chromium <path>', 'the browser', process.env.CHROMIUM ?? '/usr/bin/chromium')
  .parse()
  .opts();

const MIB = 2 ** 20;
const SIZE = { width: 1280, height: 800 };
const TABLE_COLUMNS = 124;

/** Those whose limits were too small for their load. */
const MET_LIMITS = new Set(['qrcode-burst', 'thumbnail-constant']);

/** What may be looked at to choose by is `-a`; what is held out is not shown either. */
const played = (name: string, cpuRequestCores: number, memoryMib: number): Played => ({
  name,
  folder: `${name}-a`,
  cpuRequestCores,
  memoryRequestBytes: memoryMib * MIB,
  mode: MET_LIMITS.has(name) ? 'recommend' : 'apply',
});

const FUNCTIONS: readonly Played[] = [
  played('qrcode-burst', 0.1, 128),
  played('qrcode-diurnal', 0.1, 128),
  played('qrcode-onoff', 0.05, 128),
  played('search-diurnal', 0.25, 256),
  played('search-spread', 0.02, 96),
  played('thumbnail-constant', 0.1, 64),
  played('thumbnail-ramp', 0.25, 256),
  played('thumbnail-random', 0.1, 64),
];
const SHOWN = 'search-diurnal';

async function takePictures(browser: Browser, url: string): Promise<void> {
  for (const scheme of ['light', 'dark'] as const) {
    const page = await browser.newPage({
      viewport: SIZE,
      colorScheme: scheme,
      reducedMotion: 'reduce',
      timezoneId: 'UTC',
    });
    const suffix = scheme === 'light' ? '' : '-dark';
    await page.goto(url);
    await page.locator('tbody tr').first().waitFor();
    await shoot(page, `page${suffix}`, '.list .scroll');
    await page.getByRole('link', { name: SHOWN }).click();
    await page
      .getByRole('button', { name: /Resize \(sizing\)/ })
      .last()
      .click();
    await page.locator('.chart canvas').first().waitFor();
    await shoot(page, `page-detail${suffix}`, '.chart:nth-child(2)');
    await page.close();
  }
}

/** From the top of the page to the end of an element, and a little more. */
async function shoot(page: Page, name: string, last: string): Promise<void> {
  const bottom: unknown = await page.evaluate(
    `document.querySelector(${JSON.stringify(last)}).getBoundingClientRect().bottom + scrollY`,
  );
  const height = Math.ceil(Number(bottom)) + 16;
  await page.setViewportSize({ ...SIZE, height });
  // A frame for what follows the size.
  await page.evaluate(
    'scrollTo(0, 0); new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))',
  );
  writeFileSync(join(options.out, `${name}.png`), toPalettePng(await page.screenshot()));
  await page.setViewportSize(SIZE);
}

mkdirSync(options.out, { recursive: true });
const { observation, decisions, toolkit } = await replayChain(options.recording, FUNCTIONS);
const table = tableText(reportOf(observation), { columns: TABLE_COLUMNS, colour: true, quiet: false });
writeFileSync(
  join(options.out, 'recommend.svg'),
  terminalSvg(`$ foresize recommend\n${table}`, 'foresize recommend'),
);
const observed = observedPage(observation, decisions, toolkit);
const server = await startPageServer({
  data: createPageData({ observe: () => Promise.resolve(observed), clock: Date.now }),
  port: undefined,
  onProblem: (error) => {
    throw error;
  },
});
const browser = await chromium.launch({ executablePath: options.chromium, args: ['--no-sandbox'] });
try {
  await takePictures(browser, server.url);
} finally {
  await browser.close();
  await server.close();
}
