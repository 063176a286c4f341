import { downloadReference, REFERENCE_URL } from '../../training/data/reference.ts';
import { withProgress } from '../live/share-progress.ts';
import type { QuietFlag } from '../live/tell.ts';
import { interruptibly } from '../up/interruption.ts';

export interface ReferenceFlags extends QuietFlag {
  readonly to: string;
  readonly from?: string;
  readonly json?: true;
}

/** `foresize reference`. Throws `http-failed`, `http-refused` and `reference-changed`. */
export async function runReference({ to, from = REFERENCE_URL, json, quiet }: ReferenceFlags): Promise<void> {
  await interruptibly(async (signal) => {
    const files = await withProgress(
      (show) => {
        show(null, `downloading from ${from}`);
        return downloadReference(to, from, signal);
      },
      { quiet },
    );
    process.stdout.write(
      json === true ? `${JSON.stringify({ files })}\n` : files.map((path) => `${path}\n`).join(''),
    );
  });
}
