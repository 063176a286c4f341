import { once } from 'node:events';
import { withProgress } from '../live/share-progress.ts';
import { pastOf } from '../observe/past.ts';
import { type Target, withTarget } from '../observe/target.ts';
import type { TargetFlags } from '../observe/target-options.ts';
import { interruptibly } from '../up/interruption.ts';
import { createLoggedDecisions } from './logged-decisions.ts';
import { startPageServer } from './page-server.ts';
import { createTargetPage, type TargetPage } from './target-page.ts';

export interface PageFlags extends Omit<TargetFlags, 'for'> {
  /** Undefined takes the usual one, or a free one. */
  readonly port?: number;
}

/** `foresize page`, until it is ended. Throws `kubeconfig-unusable`, `source-unavailable`, `port-in-use`. */
export async function runPage(flags: PageFlags): Promise<void> {
  await interruptibly(async (signal) => {
    await withTarget({ ...flags, for: 0 }, signal, async (target) => {
      const page = await firstLook(target, flags, signal);
      try {
        await serve(page, target, flags, signal);
      } finally {
        page.close();
      }
    });
  });
}

/** What cannot be read is told before an address is. */
async function firstLook(target: Target, { quiet }: PageFlags, signal: AbortSignal): Promise<TargetPage> {
  return withProgress(
    async (show) => {
      const past = await pastOf(target, signal, show);
      const page = createTargetPage(target, createLoggedDecisions(target), past);
      signal.addEventListener('abort', page.close, { once: true });
      show(null, 'reading what runs');
      try {
        const { notes } = await page.data.list(signal);
        if (quiet !== true) for (const note of notes) process.stderr.write(`note: ${note}\n`);
        return page;
      } catch (error) {
        page.close();
        throw error;
      }
    },
    { quiet },
  );
}

async function serve(
  { data }: TargetPage,
  target: Target,
  { port, quiet, source }: PageFlags,
  signal: AbortSignal,
): Promise<void> {
  const told = new Set<string>();
  const server = await startPageServer({
    data,
    port,
    onProblem: (error) => {
      const problem = error instanceof Error ? error.message : String(error);
      if (!told.has(problem)) process.stderr.write(`the page: ${problem}\n`);
      told.add(problem);
    },
  });
  try {
    process.stdout.write(`${server.url}\n`);
    if (quiet !== true) process.stderr.write(`shows ${target.name}, until Ctrl-C${growth(source)}\n`);
    if (!signal.aborted) await once(signal, 'abort');
  } finally {
    await server.close();
  }
}

/** What a source without a past means for whoever looks at once. */
function growth(source: PageFlags['source']): string {
  return source === 'prometheus' ? '' : '; use is known from now on, so charts begin in half a minute';
}
