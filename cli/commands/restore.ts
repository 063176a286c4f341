import type { RestoreFlags } from '../cluster/run-restore.ts';
import { clusterCommand } from '../observe/target-options.ts';

const HELP = `
Running pods get back what their Deployment's template says, in place, without the chain. The last decisions are
forgotten, so that the chain begins anew; what it learned stays. Functions in mode apply are decided about again at the
next cycle: set foresize/mode to recommend, or turn the kill switch off first. That stops the chain alone: this command
acts with your own rights and does not ask it.

Examples:
  $ foresize restore --dry-run                  what would be put back; the API server is asked, nothing changes
  $ foresize restore qrcode resize
  $ foresize restore --context production --namespace openfaas-fn
  $ foresize restore --kubeconfig .foresize/kubernetes/kubeconfig --json

Exit codes: 0 all pods have their originals; 1 some have not, or failed; 2 wrong input; 130 ended by Ctrl-C.
`;

/** `foresize restore`: the originals back in running pods. Throws `function-not-found` and `kubeconfig-unusable`. */
export function restoreCommand() {
  return clusterCommand('restore')
    .description('Put the sizes that were deployed back into running pods')
    .argument('[function...]', 'these only (all but the suite itself)')
    .option('--dry-run', 'say what would be done')
    .option('--json', 'print JSON')
    .option('--quiet', 'no progress, and nothing but the pods')
    .addHelpText('after', HELP)
    .action(async (functions, flags: RestoreFlags) => {
      const { runRestore } = await import('../cluster/run-restore.ts');
      await runRestore(functions, flags);
    });
}
