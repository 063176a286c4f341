import { createRequire } from 'node:module';
import { expect } from 'chai';
import type { Browser, Page } from 'playwright-core';
import { readFileSync } from 'node:fs';
import * as z from 'zod';
import { createPageData } from '#page/page-data.ts';
import type { ObservedFunction } from '#page/observed.ts';
import { eventually } from '../support/eventually.ts';
import { CHROMIUM, launch, openPage, SIZES } from './browser.ts';
import { madeUpFunction, observedOf, servePage } from './made-up-page.ts';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const violationsSchema = z.array(
  z.object({ id: z.string(), nodes: z.array(z.object({ html: z.string() })) }),
);

/** What axe finds wrong, by rule and element. The page's own policy would refuse a script tag: it runs as a test's. */
async function violations(page: Page): Promise<string[]> {
  await page.evaluate(AXE);
  // Two rows of numbers stand for all of them.
  const found = await page.evaluate(
    'axe.run({ exclude: [".numbers tbody tr:nth-child(n+3)"] }).then(({ violations }) => violations)',
  );
  return violationsSchema
    .parse(found)
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
}

const widthOf = (page: Page): Promise<unknown> => page.evaluate('document.documentElement.scrollWidth');

const SIZE_NAMES = ['phone', 'desktop'] as const;

const title = `the page in a browser${CHROMIUM === undefined ? ' (no chromium on the PATH, nor in CHROMIUM)' : ''}`;
describe(title, function () {
  this.timeout(60_000);
  let browser: Browser;
  let served: { readonly url: string; close(): Promise<void> };
  let functions: ObservedFunction[];

  before(async function () {
    if (CHROMIUM === undefined) this.skip();
    browser = await launch(CHROMIUM);
    served = await servePage(
      createPageData({ observe: () => Promise.resolve(observedOf(functions)), clock: Date.now, freshMs: 0 }),
    );
  });
  after(async () => {
    if (CHROMIUM === undefined) return;
    await browser.close();
    await served.close();
  });
  beforeEach(() => {
    functions = [
      madeUpFunction('qrcode'),
      madeUpFunction('mailer', { annotations: {}, signals: { stretch: 0.9, throttledPeriods: 50 } }),
      madeUpFunction('thumbs', { annotations: { 'foresize/mode': 'aply' }, hasDecisions: false }),
    ];
  });

  for (const size of SIZE_NAMES) {
    it(`leads on a ${size} from the list to a function, a decision and its steps`, async () => {
      const { page, complaints } = await openPage(browser, served.url, { size });
      expect(await page.locator('tbody th a').allTextContents()).to.deep.equal([
        'mailer',
        'qrcode',
        'thumbs',
      ]);
      expect(await widthOf(page), 'the list is not wider than the screen').to.equal(SIZES[size].width);
      await page.getByRole('link', { name: 'qrcode' }).click();
      await page.getByRole('button', { name: /Resize \(rescue\)/ }).click();
      const steps = page.locator('section.decision .steps li');
      expect(await steps.allTextContents()).to.have.length(1);
      expect(await steps.first().textContent()).to.match(/rescue-throttling.*100m → 1066m.*8\.88 times/);
      expect(await widthOf(page), 'nothing is wider than the screen').to.equal(SIZES[size].width);
      expect(complaints).to.deep.equal([]);
      await page.close();
    });

    // Colours do not depend on the size, nor the rest on the colours.
    const scheme = size === 'phone' ? 'light' : 'dark';
    it(`has nothing that axe objects to on a ${size}, ${scheme}`, async () => {
      const { page } = await openPage(browser, served.url, { size, scheme });
      expect(await violations(page), 'list').to.deep.equal([]);
      await page.getByRole('link', { name: 'qrcode' }).click();
      await page.getByRole('button', { name: /Resize \(sizing\)/ }).click();
      await page.getByRole('slider', { name: 'CPU quantile' }).fill('0');
      if (size === 'phone') await page.getByText('The charts in numbers').first().click();
      expect(await violations(page), 'function').to.deep.equal([]);
      await page.close();
    });
  }

  it('replays the window when a slider moves: requests and what would have been short change', async () => {
    const { page } = await openPage(browser, served.url, { size: 'desktop' });
    await page.getByRole('link', { name: 'qrcode' }).click();
    await page.locator('.answer').waitFor();
    const answer = page.locator('.answer');
    const before = await answer.textContent();
    expect(before).to.contain('Move a slider');
    const told: (string | null)[] = [];
    for (const name of ['CPU quantile', 'Cooldown', 'Margin', 'Latency budget']) {
      await page.getByRole('slider', { name }).focus();
      await page.keyboard.press(
        name === 'Margin' ? 'End' : name === 'Latency budget' ? 'ArrowRight' : 'Home',
      );
      await eventually(async () => (await answer.textContent()) !== (told.at(-1) ?? before));
      told.push(await answer.textContent());
    }
    expect(new Set(told).size, told.join('\n')).to.equal(4);
    expect(told.at(-1)).to.match(/budget of 20 ms .* CPU limit of/);
    await page.getByRole('button', { name: 'As it is' }).click();
    await page.getByText('Move a slider').waitFor();
    await page.close();
  });

  it('is used by keyboard alone: to a function, along its decisions, over time in a chart', async () => {
    const { page } = await openPage(browser, served.url, { size: 'desktop' });
    await page.getByRole('link', { name: 'qrcode' }).focus();
    await page.keyboard.press('Enter');
    const marks = page.locator('.marker');
    await marks.first().waitFor();
    await page.locator('.marker[tabindex="0"]').focus();
    await page.keyboard.press('ArrowLeft');
    await page.keyboard.press('Enter');
    await page.locator('section.decision .steps').waitFor();
    expect(await page.locator('.marker[aria-pressed="true"]').getAttribute('aria-label')).to.contain(
      'Resize',
    );
    await page.locator('.plot').first().focus();
    await page.keyboard.press('ArrowLeft');
    await page.locator('.chart [aria-live]', { hasText: /used \d+m/ }).waitFor();
    await page.close();
  });

  it('finds, filters and sorts', async () => {
    const { page } = await openPage(browser, served.url, { size: 'desktop' });
    const names = (): Promise<string[]> => page.locator('tbody th a').allTextContents();
    await page.getByLabel('Find').fill('MAI');
    expect(await names()).to.deep.equal(['mailer']);
    await page.getByLabel('Find').fill('');
    await page.getByLabel('Mode').selectOption('invalid');
    expect(await names()).to.deep.equal(['thumbs']);
    await page.getByLabel('Mode').selectOption('');
    await page.getByRole('button', { name: 'Function' }).click();
    await page.getByRole('button', { name: 'Function' }).click();
    expect(await names()).to.deep.equal(['thumbs', 'qrcode', 'mailer']);
    expect(await page.locator('th.name').getAttribute('aria-sort')).to.equal('descending');
    await page.close();
  });

  it('is not sent what it has', async () => {
    const one = observedOf(functions);
    const same = await servePage(
      createPageData({ observe: () => Promise.resolve(one), clock: Date.now, freshMs: 60_000 }),
    );
    const { page } = await openPage(browser, same.url, { size: 'desktop' });
    const again = page.waitForResponse((response) => response.url().endsWith('/api/functions'));
    await page.evaluate('document.dispatchEvent(new Event("visibilitychange"))');
    expect((await again).status()).to.equal(304);
    expect(await page.locator('#status').textContent()).to.equal('');
    await page.close();
    await same.close();
  });

  it('says what could not be read, and what is only remembered of a decision', async () => {
    const state: ObservedFunction['decisions'] = [
      { ...functions[0]!.decisions[60]!, steps: [], outcomes: [], isRemembered: true },
    ];
    const observed = {
      ...observedOf([{ ...functions[0]!, decisions: state }]),
      notes: ['calls are not known'],
    };
    const other = await servePage(
      createPageData({ observe: () => Promise.resolve(observed), clock: Date.now }),
    );
    const { page } = await openPage(browser, other.url, { size: 'phone' });
    expect(await page.getByRole('list', { name: 'Notes' }).textContent()).to.equal('calls are not known');
    await page.getByRole('link', { name: 'qrcode' }).click();
    await page.getByRole('button', { name: /Resize/ }).click();
    await page.getByText('Remembered in the state alone').waitFor();
    await page.close();
    await other.close();
  });

  it('leads back to the list, from an address that is none, too', async () => {
    const { page, complaints } = await openPage(browser, served.url, { size: 'phone' });
    await page.getByRole('link', { name: 'qrcode' }).click();
    await page.getByRole('link', { name: 'All functions' }).click();
    await page.getByRole('heading', { name: 'Functions' }).waitFor();
    await page.evaluate('location.hash = "#/%/%"');
    await page.getByRole('heading', { name: 'Functions' }).waitFor();
    expect(complaints).to.deep.equal([]);
    await page.close();
  });

  for (const size of SIZE_NAMES) {
    it(`asks for its token on a ${size}, where it has one, and keeps it until the tab is closed`, async () => {
      const data = createPageData({ observe: () => Promise.resolve(observedOf(functions)), clock: Date.now });
      const guarded = await servePage(data, { isAllowed: (given) => given === 'Bearer right' });
      const context = await browser.newContext({ viewport: SIZES[size] });
      const page = await context.newPage();
      await page.goto(guarded.url);
      const token = page.getByLabel('Token');
      await token.waitFor();
      expect(await violations(page), 'form').to.deep.equal([]);
      await page.keyboard.type('wrong');
      await page.keyboard.press('Enter');
      await page.getByText('That was not the token.').waitFor();
      expect(await violations(page), 'form after a wrong token').to.deep.equal([]);
      await token.fill('right');
      await page.getByRole('button', { name: 'Show the page' }).click();
      await page.getByRole('link', { name: 'qrcode' }).click();
      await page.locator('.chart canvas').first().waitFor();
      await page.reload();
      await page.locator('.chart canvas').first().waitFor();
      expect(await context.cookies()).to.deep.equal([]);
      const other = await context.newPage();
      await other.goto(guarded.url);
      await other.getByLabel('Token').waitFor();
      await context.close();
      await guarded.close();
    });
  }

  it('shows what is new without being loaded again', async () => {
    const { page } = await openPage(browser, served.url, { size: 'desktop' });
    functions = [...functions, madeUpFunction('newcomer')];
    await page.evaluate('document.dispatchEvent(new Event("visibilitychange"))');
    await page.getByRole('link', { name: 'newcomer' }).waitFor();
    await page.close();
  });

  it('says that it is not up to date when the server is gone, and keeps what it has', async () => {
    const other = await servePage(
      createPageData({ observe: () => Promise.resolve(observedOf(functions)), clock: Date.now }),
    );
    const { page } = await openPage(browser, other.url, { size: 'desktop' });
    await other.close();
    await page.evaluate('document.dispatchEvent(new Event("visibilitychange"))');
    await page.getByText('Not up to date').waitFor();
    expect(await page.locator('tbody tr').count()).to.equal(3);
    await page.close();
  });

  it('shows a thousand functions with 240 samples each, and answers', async () => {
    functions = Array.from({ length: 1000 }, (_, index) =>
      madeUpFunction(`function-${index}`, { hasDecisions: false }),
    );
    const { page, complaints } = await openPage(browser, served.url, { size: 'desktop' });
    const rows = page.locator('tbody tr');
    await eventually(async () => (await rows.count()) === 1000);
    await page.getByLabel('Find').fill('function-77');
    expect(await rows.count()).to.equal(11);
    await page.getByLabel('Find').fill('');
    await eventually(async () => (await rows.count()) === 1000);
    await page.getByRole('button', { name: 'Function' }).click();
    await page.getByRole('button', { name: 'Function' }).click();
    expect(await rows.locator('a').first().textContent()).to.equal('function-999');
    await page.getByRole('link', { name: 'function-999' }).click();
    await page.locator('.chart canvas').first().waitFor();
    expect(complaints).to.deep.equal([]);
    await page.close();
  });
});
