import { Command, Option } from '@commander-js/extra-typings';
import { parseDurationMs } from '#core/units/duration.ts';
import type { DescribeFlags } from '../data/run-describe.ts';

const HELP = `
What is read:
  usage as CSV         Time (Unix ms), mem_usage (bytes), cpu_usage (cores) and, if known, invocations; any order
  two files of it      one with memory, one with CPU, joined on Time
  a log of calls       Unix ms, one a line, no header; or what foresize invoke --calls writes
  a folder             of such CSV files, of foresize record, or of the local platform's recorder

Files named together belong to one function. Samples are laid on an even grid; a gap stays one.

Examples:
  $ foresize describe cpu_usage.csv memory_usage.csv log.csv
  $ foresize describe recording/ --json
  $ foresize describe usage.csv --step 1m --cpu-mean 15s --name resize
  $ foresize describe training/recordings --split all

Exit codes: 0 done; 2 the data are not as described above.
`;

/** `foresize describe`: what data hold, in figures. Throws `data-invalid`. */
export function describeCommand() {
  return new Command('describe')
    .description('Say what data hold: count, mean, std, min, quartiles, max')
    .argument('<file...>', 'files that belong together, or folders')
    .option('--name <name>', 'of the function, where the files do not tell')
    .option('--namespace <name>', 'of the function, where the files do not tell (openfaas-fn)')
    .option('--step <time>', 'of the grid (the typical time between samples)', parseDurationMs)
    .option(
      '--cpu-mean <time>',
      'what each CPU value of a CSV is the mean of (5m: rate[5m])',
      parseDurationMs,
    )
    .addOption(
      new Option('--split <part>', 'of recordings of the local platform').choices([
        'choice',
        'held-out',
        'all',
      ] as const),
    )
    .option('--json', 'print JSON')
    .option('--quiet', 'no progress')
    .addHelpText('after', HELP)
    .action(async (paths, flags: DescribeFlags) => {
      const { runDescribe } = await import('../data/run-describe.ts');
      await runDescribe(paths, flags);
    });
}
