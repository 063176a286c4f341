import { observingCommand } from '../observe/target-options.ts';

const HELP = `
From the decision log: files that --log names, or the log of apply-resources' pods; the last decision that changed
something is told, and what happened after. Where there is none, one is made now, and carried out by nobody.

Examples:
  $ foresize explain qrcode
  $ foresize explain qrcode --local
  $ foresize explain qrcode --log decisions/
  $ foresize explain checkout --all-deployments -n shop
  $ foresize explain qrcode --json

Exit codes: 0 done; 1 the cluster or the source failed; 2 wrong input; 130 ended by Ctrl-C.
`;

/** `foresize explain`: why a function has these sizes. */
export function explainCommand() {
  return observingCommand('explain')
    .description(
      'Tell why a function has these sizes: evidence, forecast, each rule, and what happened after',
    )
    .argument('<function>', 'the one to explain')
    .option('--log <path...>', 'decision logs, or folders of them')
    .option('--json', 'print JSON')
    .addHelpText('after', HELP)
    .action(async (name, flags) => {
      const { runExplain } = await import('../explain/run-explain.ts');
      await runExplain(name, flags);
    });
}
