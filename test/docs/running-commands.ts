import type { ShellCommand } from './shell-commands.ts';

/** What a command line of the documentation calls, by which it is skipped where that is not installed. */
export type Program = 'curl' | 'faas-cli' | 'foresize' | 'helm' | 'kubectl' | 'prometheus';

/** How the test runs a command line. */
export interface Running {
  /** As it is run: on the test's ports, and no longer than a test may take. */
  readonly text: string;
  readonly needs: readonly Program[];
  /** Exit codes that are as it should be. */
  readonly codes: readonly number[];
  /** Of one that goes on until it is ended: what it prints once it is up. */
  readonly until: RegExp | null;
  /** Commands are run in this order, and as they stand in the pages within it. */
  readonly phase: Phase;
}

/** `early` is what others need, `late` what needs a decision or a scrape to have been, `last` what ends things. */
export type Phase = 'early' | 'usual' | 'late' | 'last';

/** Where a command is run instead, for those few that this test cannot. */
export interface Elsewhere {
  readonly elsewhere: string;
}

/** Stand for a port that is free, and the time in Unix ms, when the command is run. */
export const FREE_PORT = 'FREE_PORT';
export const NOW = 'NOW';

const ELSEWHERE: readonly (readonly [about: RegExp, where: string])[] = [
  [/^npm ci && npm start$/, 'test/cli/up starts the same platform'],
  [/^npm ci && npm test$/, 'this is what runs the test'],
  [/^helm uninstall /, 'test/deploy/cluster.test.ts, on a cluster'],
  [/^npx foresize reference /, 'test/training/data/reference.test.ts: the data are not ours to pass on'],
  [/^npx foresize train lstm --ablation /, 'test/cli/models/lstm-commands.test.ts: a dozen trainings'],
];

/** Added at the end of a command, where the last of an option counts. */
const ADDED: readonly (readonly [about: RegExp, words: string])[] = [
  // Nothing is watched: what is known at once must do.
  [/foresize (recommend|explain)/, '--for 0s'],
  [/foresize page/, `--port ${FREE_PORT}`],
  [/foresize invoke .*--duration/, '--duration 1s'],
  [/foresize invoke .*--replay/, '--speed 100000'],
  // A second platform, beside the one that runs.
  [/foresize up/, '--for 1s --directory second --port 0 --metrics-port 0 --page-port 0'],
  // Up to now: what was scraped is a few seconds old.
  [/foresize record/, `--to ${NOW}`],
  [/foresize backtest/, '--phases 1'],
  [/foresize train lstm/, '--seeds 1 --generated 1 --epochs 1'],
  [/foresize train seed-lstm/, '--seeds 1 --epochs 1'],
  [/foresize evaluate lstm/, '--every 300'],
  // There is no Docker: what would be built is written, and pushed nowhere.
  [/faas-cli up/, '--shrinkwrap --skip-push --skip-deploy'],
  [/^prometheus /, '--storage.tsdb.path=prometheus-data'],
  [/^curl /, '--fail-with-body --silent --show-error'],
];

const CODES: readonly (readonly [about: RegExp, codes: readonly number[]])[] = [
  // A second is too short for a resize.
  [/foresize up/, [0, 1]],
  // Whether something is too small on a platform without load is chance.
  [/--fail-on/, [0, 3]],
];

const UNTIL: readonly (readonly [about: RegExp, line: RegExp])[] = [
  [/foresize page/, /^http:\/\//m],
  [/^prometheus /, /ready to receive web requests/],
];

const PHASES: readonly (readonly [about: RegExp, phase: Phase])[] = [
  [/^prometheus /, 'early'],
  [/127\.0\.0\.1:9090|foresize (record|replay|explain|doctor)|kubectl logs/, 'late'],
  [/foresize (describe|train|evaluate)/, 'late'],
  [/faas-cli (deploy|remove)/, 'last'],
];

const PROGRAMS: readonly (readonly [about: RegExp, program: Program])[] = [
  [/^curl /, 'curl'],
  [/^(?:[A-Z_]+=\S+ )*faas-cli /, 'faas-cli'],
  [/^npx foresize /, 'foresize'],
  [/^helm /, 'helm'],
  [/^kubectl /, 'kubectl'],
  [/^prometheus /, 'prometheus'],
];

const found = <T>(rules: readonly (readonly [RegExp, T])[], text: string): T | undefined =>
  rules.find(([about]) => about.test(text))?.[1];

/** How a command is run. Throws an Error for one that no rule knows a program of. */
export function runningOf({ page, line, text }: ShellCommand): Running | Elsewhere {
  const elsewhere = found(ELSEWHERE, text);
  if (elsewhere !== undefined) return { elsewhere };
  const program = found(PROGRAMS, text);
  if (program === undefined) {
    throw new Error(
      `${page}:${line}: no rule of test/docs/running-commands.ts says how this is run: ${text}`,
    );
  }
  const needsPrometheus = /127\.0\.0\.1:9090|foresize record/.test(text);
  return {
    text: withAdded(text),
    needs: [program, ...(needsPrometheus ? (['prometheus'] as const) : [])],
    codes: found(CODES, text) ?? [0],
    until: found(UNTIL, text) ?? null,
    phase: found(PHASES, text) ?? 'usual',
  };
}

/** As it is run. What is added stands before a redirection, if there is one. */
function withAdded(text: string): string {
  // There is no cluster to install on.
  if (text.startsWith('helm install ')) return `${text.replace('install', 'template')} --kube-version 1.34.0`;
  const words = ADDED.flatMap(([about, added]) => (about.test(text) ? [added] : [])).join(' ');
  const [, command = text, redirected = ''] = /^([^]*?)( (?:<|>>?) \S+)?$/.exec(text) ?? [];
  return words === '' ? text : `${command} ${words}${redirected}`;
}
