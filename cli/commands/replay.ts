import { Command, InvalidArgumentError } from '@commander-js/extra-typings';
import { wholeNumber } from '../models/whole-number.ts';

const HELP = `
What is read: the decision log of apply-resources, one JSON object a line, as it stands on its standard output or in
the folder of DECISION_LOG_DIRECTORY. Other lines, and a torn last one, are passed over and counted.

Each decision is made again with the policy of today on exactly what was known then: what differs is listed. With --set
each function goes its own way with these settings, from the first line on; its use is as recorded, so what smaller
sizes would have done to it is not known.

Examples:
  $ foresize replay decisions/
  $ kubectl logs -n openfaas-fn deploy/apply-resources > apply.log
  $ foresize replay apply.log --differences 100
  $ foresize replay decisions/ --json
  $ foresize replay decisions/ --set foresize/cooldown=30m --set foresize/evidence=24h

Exit codes: 0 done; 1 a file cannot be read; 2 a setting that no function can have;
130 ended by Ctrl-C.
`;

function setting(text: string, before: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const at = text.indexOf('=');
  if (at <= 0) throw new InvalidArgumentError('It must be ANNOTATION=VALUE, such as foresize/cooldown=30m.');
  return { ...before, [text.slice(0, at)]: text.slice(at + 1) };
}

/** `foresize replay`: a decision log decided again. Throws `annotation-invalid`. */
export function replayCommand() {
  return new Command('replay')
    .description('Decide a decision log again, with the policy of today or other settings')
    .argument('<log...>', 'decision logs, or folders of them')
    .option('--set <annotation=value>', 'in place of what the functions say; may be repeated', setting, {})
    .option('--differences <n>', 'print at most so many', wholeNumber(0, 1_000_000), 10)
    .option('--json', 'print JSON')
    .option('--quiet', 'no progress')
    .addHelpText('after', HELP)
    .action(async (paths, flags) => {
      const { runReplay } = await import('../replay/run-replay.ts');
      await runReplay(paths, flags);
    });
}
