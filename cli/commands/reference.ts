import { Command } from '@commander-js/extra-typings';
import { downloadReference, REFERENCE_URL } from '../../training/data/reference.ts';
import { untilInterrupted } from '../up/interruption.ts';

const HELP = `
One qrcode pod on 1 January 2023, CPU and memory each 15 s, and when it was called: 1111 rows. Each file is checked
against the published one; nothing is written where one of them is missing or different. The repository carries no
licence: look at the data, but do not pass them on.

Examples:
  $ foresize reference                      into ./reference
  $ foresize reference --to ../data/seed
  $ foresize reference --from https://mirror.example/faas-dynamic-resource-allocation
  $ foresize describe reference             what it then holds

Exit codes: 0 done; 1 an address failed or holds something else; 130 ended by Ctrl-C.
`;

interface Flags {
  readonly to: string;
  readonly from: string;
}

/** `foresize reference`: downloads the data set of the study. Throws `http-failed`, `http-refused`, `reference-changed`. */
export function referenceCommand() {
  return new Command('reference')
    .description('Download the data set of the study from its repository')
    .option('--to <folder>', 'where its three files are written', 'reference')
    .option('--from <url>', 'a copy of the repository', REFERENCE_URL)
    .addHelpText('after', HELP)
    .action(run);
}

async function run({ to, from }: Flags): Promise<void> {
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
