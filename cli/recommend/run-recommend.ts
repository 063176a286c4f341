import { writeFileSync } from 'node:fs';
import { ForesizeError } from '#core/errors/error.ts';
import type { Reason } from '#core/recommend/recommendation.ts';
import { editStack } from '#platform/stack/edit-stack.ts';
import { readStackText } from '#platform/stack/read-stack.ts';
import { loadToolkit } from '../../functions/predict-resources/toolkit.ts';
import { withProgress } from '../live/share-progress.ts';
import { outputStyle } from '../live/terminal.ts';
import { lstmFolder } from '../models/lstm-folder.ts';
import { functionNamed, type Observation } from '../observe/observation.ts';
import { observe, watch } from '../observe/observe.ts';
import { pastOf } from '../observe/past.ts';
import { type Target, withTarget } from '../observe/target.ts';
import type { TargetFlags } from '../observe/target-options.ts';
import { interruptibly } from '../up/interruption.ts';
import { csvText, jsonText, stackEditOf, yamlText } from './formats.ts';
import { htmlText } from './html.ts';
import { type Report, reportOf } from './report.ts';
import { tableText } from './table.ts';

export interface RecommendFlags extends TargetFlags {
  readonly format: 'table' | 'json' | 'csv' | 'yaml' | 'html';
  readonly stack?: string;
  readonly write?: true;
  readonly failOn?: 'under' | 'over' | 'any';
}

/** Exit code where `--fail-on` finds what it looks for. */
const FOUND = 3;

/** `foresize recommend`. Throws `identity-missing`, `source-unavailable`, `stack-invalid`, `stack-edit-refused`. */
export async function runRecommend(names: readonly string[], flags: RecommendFlags): Promise<void> {
  if (flags.write === true && flags.stack === undefined)
    throw new ForesizeError('stack-invalid', '--write needs the stack.yml to write: --stack stack.yml');
  await interruptibly(async (signal) => {
    const observation = await withTarget(flags, signal, (target) => look(target, flags, signal));
    const report = reportOf(only(names, observation));
    process.stdout.write(textOf(report, flags));
    if (flags.write === true && flags.stack !== undefined) writeStack(report, flags.stack, flags);
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
      const settings = { MODEL_PATH: lstmFolder(), MODEL_MISSING: 'go-on' } as const;
      const toolkit = await loadToolkit(settings, () => undefined);
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

function textOf(report: Report, { format, quiet }: RecommendFlags): string {
  if (format === 'json') return jsonText(report);
  if (format === 'csv') return csvText(report);
  if (format === 'yaml') return yamlText(report);
  if (format === 'html') return htmlText(report);
  return tableText(report, { ...outputStyle(200), quiet: quiet === true });
}

/** All edits or none: what cannot be edited is told before anything is written. */
function writeStack({ recommendations }: Report, path: string, { quiet }: RecommendFlags): void {
  const before = readStackText(path);
  const edits = recommendations.flatMap((one) => stackEditOf(one) ?? []);
  const after = edits.reduce((text, edit) => editStack(text, edit, path), before);
  if (after !== before) writeFileSync(path, after);
  if (quiet === true) return;
  process.stderr.write(
    after === before
      ? `${path} says so already\n`
      : `wrote ${edits.map(({ functionName }) => functionName).join(', ')} to ${path}\n`,
  );
}

const UNDER: ReadonlySet<Reason> = new Set(['killed', 'leak', 'throttled', 'short', 'unset']);

function isFound({ recommendations }: Report, what: RecommendFlags['failOn']): boolean {
  return recommendations.some(({ reason }) => {
    const isUnder = UNDER.has(reason);
    const isOver = reason === 'waste';
    return what === 'any' ? isUnder || isOver : what === 'under' ? isUnder : what === 'over' && isOver;
  });
}
