import { Option } from '@commander-js/extra-typings';
import type { DriftFlags } from '../cluster/run-drift.ts';
import { clusterCommand } from '../observe/target-options.ts';

const HELP = `
What drifts:
  pods      a pod has not what was decided, or pods differ among themselves
  template  pods have what the next rollout takes from them: the Deployment's template says otherwise
  stack     the Deployment is not what stack.yml says
  file      stack.yml does not say what was decided, so that the next deploy forgets it

Examples:
  $ foresize drift
  $ foresize drift qrcode --stack stack.yml --all
  $ foresize drift --stack stack.yml --write           the last decisions into stack.yml, comments and order kept
  $ foresize drift --stack stack.yml --fail-on stack   in CI: 1 where somebody changed a Deployment by hand

Exit codes: 0 done; 1 what --fail-on names was found, something could not be written, or the cluster failed;
2 wrong input; 130 ended by Ctrl-C.
`;

/** `foresize drift`: where sizes differ. Throws `function-not-found`, `kubeconfig-unusable`, `stack-invalid`. */
export function driftCommand() {
  return clusterCommand('drift')
    .description(
      'Show where pods, Deployment, stack.yml and the last decision differ; write them into stack.yml',
    )
    .argument('[function...]', 'these only')
    .option('-f, --stack <file>', 'the stack.yml to compare with (none)')
    .option('--write', 'write the last decisions into --stack')
    .addOption(
      new Option('--fail-on <kind...>', 'exit with 1 where this is found').choices([
        'drift',
        'pods',
        'template',
        'stack',
        'file',
      ] as const),
    )
    .option('--all', 'also what does not drift')
    .option('--json', 'print JSON')
    .option('--quiet', 'no progress, and no sum')
    .addHelpText('after', HELP)
    .action(async (functions, flags: DriftFlags) => {
      const { runDrift } = await import('../cluster/run-drift.ts');
      await runDrift(functions, flags);
    });
}
