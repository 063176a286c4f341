import { Option } from '@commander-js/extra-typings';
import { CONFIDENCE_LEVELS } from '#core/recommend/recommendation.ts';
import { observingCommand } from '../observe/target-options.ts';

const HELP = `
Reads only, installs nothing: it needs get and list of pods, Deployments and nodes, and get of nodes/proxy for the
kubelets' metrics (or a Prometheus, or the Metrics API). A source that keeps no past is watched for --for first; what
Foresize remembers, where it runs, counts too. Sizes are those that the policy would reach in the end, by the evidence
that there is; how far to trust them is said, and what has low confidence is not written unless you ask for it. The
table is sorted by impact: what hurts now, then what moves most.

why: killed (for want of memory), leak, throttled (by its CPU limit), short, unset, waste, fine, unknown.

Examples:
  $ foresize recommend                                       functions of the kubeconfig's cluster
  $ foresize recommend --local                               of the platform of foresize up
  $ foresize recommend --prometheus http://127.0.0.1:9090    with the highest use of 8 days
  $ foresize recommend --all-deployments -n shop --for 5m    any Deployment
  $ foresize recommend --stack stack.yml --write             written into stack.yml, comments and order kept
  $ foresize recommend --format yaml --min-confidence high   a patch of stack.yml with what is sure
  $ foresize recommend --fail-on under --quiet               in CI: 3 where something is too small

Exit codes: 0 done; 1 the cluster or the source failed; 2 wrong input; 3 --fail-on found what it looks for (under:
killed, leak, throttled, short or unset; over: waste; any: either); 130 ended by Ctrl-C.
`;

/** `foresize recommend`: what the policy would set, what it saves, and how sure that is. */
export function recommendCommand() {
  return observingCommand('recommend')
    .description('Show what Foresize would set, what it saves, and how far to trust it')
    .argument('[function...]', 'these only')
    .addOption(
      new Option('--format <name>', 'how to print')
        .choices(['table', 'json', 'csv', 'yaml', 'html'] as const)
        .default('table' as const),
    )
    .addOption(
      new Option('--json', 'as --format json').implies({ format: 'json' as const }).conflicts('format'),
    )
    .option('-f, --stack <file>', 'the stack.yml to write with --write')
    .option('--write', 'write the recommended sizes into --stack')
    .addOption(
      new Option('--min-confidence <level>', 'leave what is less sure out of --write and of yaml')
        .choices(CONFIDENCE_LEVELS)
        .default('medium' as const),
    )
    .addOption(
      new Option('--fail-on <what>', 'exit with 3 where this is found').choices([
        'under',
        'over',
        'any',
      ] as const),
    )
    .addHelpText('after', HELP)
    .action(async (names, flags) => {
      const { runRecommend } = await import('../recommend/run-recommend.ts');
      await runRecommend(names, flags);
    });
}
