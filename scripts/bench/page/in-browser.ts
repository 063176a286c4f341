/** When somebody can work with the page, by the browser's own clock. */
import * as z from 'zod';
import { chromium, type Page } from 'playwright-core';

export interface BrowserOptions {
  readonly url: string;
  readonly chromium: string;
  readonly runs: number;
  readonly functions: number;
  /** A function to open. */
  readonly name: string;
}

const timesSchema = z.object({
  firstRowsMs: z.number(),
  usableMs: z.number(),
  allRowsMs: z.number(),
  longestTaskMs: z.number(),
  findMs: z.number(),
  sortMs: z.number(),
  openMs: z.number(),
});

export type BrowserTimes = z.infer<typeof timesSchema>;

/**
 * Runs in the page before its script. Times count from the navigation; `painted` resolves when what was done is seen.
 * Usable: once rows are there, a letter is put into Find, and the rows that are left are seen.
 */
const OBSERVER = (functions: number): string => `
  const painted = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
  const rows = () => document.querySelectorAll('tbody tr').length;
  const until = (is) => new Promise((done) => {
    const look = () => (is() ? done() : requestAnimationFrame(look));
    look();
  });
  const type = (text) => {
    const find = document.querySelector('input[type=search]');
    find.value = text;
    find.dispatchEvent(new Event('input'));
  };
  const timed = async (act, is) => {
    const begun = performance.now();
    act();
    await until(is);
    await painted();
    return performance.now() - begun;
  };
  let longestTaskMs = 0;
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) longestTaskMs = Math.max(longestTaskMs, duration);
  }).observe({ type: 'longtask', buffered: true });
  window.measured = (async () => {
    await until(() => document.readyState !== 'loading' && rows() > 0);
    await painted();
    const firstRowsMs = performance.now();
    const few = '99';
    type(few);
    await until(() => rows() > 0 && rows() < ${functions} / 10);
    await painted();
    const usableMs = performance.now();
    type('');
    await until(() => rows() === ${functions});
    await painted();
    const allRowsMs = performance.now();
    const findMs = await timed(() => type(few), () => rows() < ${functions} / 10);
    type('');
    await until(() => rows() === ${functions});
    await painted();
    const first = () => document.querySelector('tbody tr');
    const before = first();
    const sortMs = await timed(() => document.querySelector('th.memory button').click(), () => first() !== before);
    await until(() => rows() === ${functions});
    return { firstRowsMs, usableMs, allRowsMs, longestTaskMs, findMs, sortMs };
  })();
  window.opened = (name) =>
    timed(
      () => [...document.querySelectorAll('tbody a')].find((link) => link.textContent === name).click(),
      () => document.querySelector('.chart canvas') !== null,
    );
`;

/** Each run in a browser that was just started: nothing is cached, nothing is compiled. */
export async function measureInBrowser(options: BrowserOptions): Promise<BrowserTimes[]> {
  const times: BrowserTimes[] = [];
  for (let run = 0; run < options.runs; run += 1) {
    const browser = await chromium.launch({ executablePath: options.chromium, args: ['--no-sandbox'] });
    try {
      const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
      times.push(await measure(page, options));
    } finally {
      await browser.close();
    }
  }
  return times;
}

async function measure(page: Page, { url, functions, name }: BrowserOptions): Promise<BrowserTimes> {
  await page.addInitScript(OBSERVER(functions));
  await page.goto(url);
  const measured: unknown = await page.evaluate('window.measured');
  const openMs: unknown = await page.evaluate(`window.opened(${JSON.stringify(name)})`);
  return timesSchema.parse(Object.assign({ openMs }, measured));
}
