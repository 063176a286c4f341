import { Command } from '@commander-js/extra-typings';
import type { ReferenceFlags } from '../data/run-reference.ts';

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

/** `foresize reference`: downloads the data set of the study. Throws `http-failed`, `http-refused`, `reference-changed`. */
export function referenceCommand() {
  return new Command('reference')
    .description('Download the data set of the study from its repository')
    .option('--to <folder>', 'where its three files are written', 'reference')
    .option('--from <url>', "a copy of the repository (the study's own, on GitHub)")
    .option('--json', 'print the paths as JSON')
    .option('--quiet', 'no progress')
    .addHelpText('after', HELP)
    .action(async (flags: ReferenceFlags) => {
      const { runReference } = await import('../data/run-reference.ts');
      await runReference(flags);
    });
}
