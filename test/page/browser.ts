import { chromium, type Browser, type Page } from 'playwright-core';
import { findBinary } from '../support/find-binary.ts';

/** Debian's Chromium, or the one that CHROMIUM names; undefined where there is none. */
export const CHROMIUM = findBinary('CHROMIUM', 'chromium');

export const SIZES = {
  phone: { width: 390, height: 844 },
  desktop: { width: 1280, height: 800 },
} as const;

/** Its sandbox needs rights that containers, and root, do not have. */
export function launch(executablePath: string): Promise<Browser> {
  return chromium.launch({ executablePath, args: ['--no-sandbox'] });
}

/** A page and whatever its console, its scripts and its policy complained of. */
export async function openPage(
  browser: Browser,
  url: string,
  options: { readonly size: keyof typeof SIZES; readonly scheme?: 'light' | 'dark' },
): Promise<{ readonly page: Page; readonly complaints: string[] }> {
  const page = await browser.newPage({
    viewport: SIZES[options.size],
    colorScheme: options.scheme ?? 'light',
    reducedMotion: 'reduce',
  });
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  await page.goto(url);
  await page.locator('tbody tr').first().waitFor();
  return { page, complaints };
}
