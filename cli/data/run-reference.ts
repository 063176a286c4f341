import { downloadReference, REFERENCE_URL } from '../../training/data/reference.ts';
import { interruptibly } from '../up/interruption.ts';

export interface ReferenceFlags {
  readonly to: string;
  readonly from?: string;
}

/** `foresize reference`. Throws `http-failed`, `http-refused` and `reference-changed`. */
export async function runReference({ to, from = REFERENCE_URL }: ReferenceFlags): Promise<void> {
  await interruptibly(async (signal) => {
    for (const path of await downloadReference(to, from, signal)) {
      process.stdout.write(`${path}\n`);
    }
  });
}
