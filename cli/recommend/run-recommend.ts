import { ForesizeError } from '#core/errors/error.ts';
import type { ConfidenceLevel, Reason, Recommendation } from '#core/recommend/recommendation.ts';
import { withProgress } from '../live/share-progress.ts';
import { outputStyle } from '../live/terminal.ts';
import { functionNamed, type Observation } from '../observe/observation.ts';
import { observe, watch } from '../observe/observe.ts';
import { pastOf } from '../observe/past.ts';
import { type Target, withTarget } from '../observe/target.ts';
import type { TargetFlags } from '../observe/target-options.ts';
import { lookingToolkit } from '../observe/toolkit.ts';
import { interruptibly } from '../up/interruption.ts';
import { byConfidence, doubtText } from './by-confidence.ts';
import { csvText, jsonText, yamlText } from './formats.ts';
import { htmlText } from './html.ts';
import { remarksOf, type Report, reportOf } from './report.ts';
import { tableText } from './table.ts';
import { writeStack, writtenLines } from './write-stack.ts';

export interface RecommendFlags extends TargetFlags {
  readonly format: 'table' | 'json' | 'csv' | 'yaml' | 'html';
  readonly stack?: string;
  readonly write?: true;
  /** Less sure is left out of `--write` and of `yaml`. */
  readonly minConfidence: ConfidenceLevel;
  readonly failOn?: 'under' | 'over' | 'any';
}

/** Exit code where `--fail-on` finds what it looks for. */
const FOUND = 3;

/** `foresize recommend`. Throws `kubeconfig-unusable`, `source-unavailable`, `stack-invalid`, `stack-edit-refused`. */
export async function runRecommend(names: readonly string[], flags: RecommendFlags): Promise<void> {
  if (flags.write === true && flags.stack === undefined)
    throw new ForesizeError('stack-invalid', '--write needs the stack.yml to write: --stack stack.yml');
  await interruptibly(async (signal) => {
    const observation = await withTarget(flags, signal, (target) => look(target, flags, signal));
    const report = reportOf(only(names, observation));
    process.stdout.write(reportText(report, flags));
    for (const line of besides(report, flags)) process.stderr.write(`${line}\n`);
    if (isFound(report, flags.failOn)) process.exitCode = FOUND;
  });
}

/** Watches, reads what the source has kept, and looks. */
export async function look(
  target: Target,
  { quiet }: Pick<TargetFlags, 'quiet'>,
  signal: AbortSignal,
): Promise<Observation> {
  return withProgress(
    async (show) => {
      show(null, 'loading the forecasters');
      const toolkit = await lookingToolkit();
      await watch(target, signal, show);
      const past = await pastOf(target, signal, show);
      show(null, 'reading use, and forecasting');
      return observe(target, toolkit, signal, past);
    },
    { quiet },
  );
}

function only(names: readonly string[], observation: Observation): Observation {
  if (names.length === 0) return observation;
  for (const name of names) functionNamed(name, observation);
  return { ...observation, functions: observation.functions.filter(({ live }) => names.includes(live.name)) };
}

/** What is printed of a report. */
export function reportText(
  report: Report,
  { format, quiet, minConfidence }: Pick<RecommendFlags, 'format' | 'quiet' | 'minConfidence'>,
): string {
  if (format === 'json') return jsonText(report);
  if (format === 'csv') return csvText(report);
  if (format === 'yaml') return yamlText(report, minConfidence);
  if (format === 'html') return htmlText(report);
  return tableText(report, { ...outputStyle(), quiet: quiet === true });
}

/** What does not stand in what was printed: notes, unless quiet; and always what was left out, and why. */
function besides(report: Report, { format, quiet, write, stack, minConfidence }: RecommendFlags): string[] {
  const { sure, doubtful } = byConfidence(report.recommendations, minConfidence);
  const written =
    write === true && stack !== undefined ? writtenLines(writeStack(sure.filter(isKnown), stack), stack) : [];
  const doubts = write === true || format === 'yaml' ? doubtText(doubtful, minConfidence) : null;
  const told = format === 'csv' || format === 'yaml' ? remarksOf(report) : [];
  return [...(quiet === true ? [] : [...told, ...written]), ...(doubts === null ? [] : [doubts])];
}

const isKnown = ({ reason }: Recommendation): boolean => reason !== 'unknown';

const UNDER: ReadonlySet<Reason> = new Set(['killed', 'leak', 'throttled', 'short', 'unset']);

function isFound({ recommendations }: Report, what: RecommendFlags['failOn']): boolean {
  return recommendations.some(({ reason }) => {
    const isUnder = UNDER.has(reason);
    const isOver = reason === 'waste';
    return what === 'any' ? isUnder || isOver : what === 'under' ? isUnder : what === 'over' && isOver;
  });
}
