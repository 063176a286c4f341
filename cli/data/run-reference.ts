import { downloadReference, REFERENCE_URL } from '../../training/data/reference.ts';
import { untilInterrupted } from '../up/interruption.ts';

export interface ReferenceFlags {
  readonly to: string;
  readonly from?: string;
}

/** `foresize reference`. Throws `http-failed`, `http-refused` and `reference-changed`. */
export async function runReference({ to, from = REFERENCE_URL }: ReferenceFlags): Promise<void> {
  const interruption = untilInterrupted(undefined, () => undefined);
  try {
    for (const path of await downloadReference(to, from, interruption.signal)) {
      process.stdout.write(`${path}\n`);
    }
  } catch (error) {
    if (!interruption.signal.aborted) throw error;
    process.exitCode = 130;
  } finally {
    interruption.release();
  }
}
