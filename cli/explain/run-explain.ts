import { parseSettings } from '#core/annotations/parse-settings.ts';
import { ForesizeError } from '#core/errors/error.ts';
import { type Decision, decisionSchema } from '#core/messages/decision.ts';
import { decide } from '#core/policy/decide.ts';
import type { DecisionRecord } from '#core/replay/decision-record.ts';
import { type Line, printLine, wrapText } from '../live/line.ts';
import { withProgress } from '../live/share-progress.ts';
import { outputStyle } from '../live/terminal.ts';
import { functionNamed, type Observation, type ObservedFunction } from '../observe/observation.ts';
import { withTarget } from '../observe/target.ts';
import type { TargetFlags } from '../observe/target-options.ts';
import { look } from '../recommend/run-recommend.ts';
import { interruptibly } from '../up/interruption.ts';
import { decisionsOfFiles, decisionsOfPods } from './decision-lines.ts';
import { type Explained, sectionsOf } from './story.ts';

export interface ExplainFlags extends TargetFlags {
  readonly log?: readonly string[];
  readonly json?: true;
}

/** `foresize explain`. Throws `function-not-found`, `annotation-invalid` and what `recommend` throws. */
export async function runExplain(name: string, flags: ExplainFlags): Promise<void> {
  await interruptibly(async (signal) => {
    const explained = await explain(name, flags, signal);
    process.stdout.write(
      flags.json === true ? `${JSON.stringify(explained)}\n` : explanationText(explained, outputStyle(120)),
    );
  });
}

async function explain(name: string, flags: ExplainFlags, signal: AbortSignal): Promise<Explained> {
  if (flags.log !== undefined) {
    const { log } = flags;
    const records = await withProgress((show) => decisionsOfFiles(log, name, show), flags);
    const told = fromLog(records, flags.log.join(', '));
    if (told !== null) return told;
    throw new ForesizeError('function-not-found', `no decision about ${name} is in ${flags.log.join(', ')}`);
  }
  return withTarget(flags, signal, async (target) => {
    const records = await withProgress((show) => {
      show(null, 'reading the log of apply-resources');
      return decisionsOfPods(target, name, signal);
    }, flags);
    const told = fromLog(records, target.name);
    return told ?? decidedNow(name, await look(target, flags, signal));
  });
}

/** The last decision that changed something, else the last one. Null where there is none. */
function fromLog(records: readonly DecisionRecord[], target: string): Explained | null {
  const changed = records.findLastIndex(({ action }) => action === 'resize');
  const index = changed < 0 ? records.length - 1 : changed;
  const record = records[index];
  if (record === undefined) return null;
  const { input } = record;
  return {
    target,
    // Without what it was decided on.
    decision: decisionSchema.parse(record),
    isNow: false,
    evidence: input?.forecast.evidence ?? null,
    signals: input?.forecast.signals ?? null,
    after: records.slice(index + 1).map((later) => decisionSchema.parse(later)),
    recommendation: null,
  };
}

/** What would be decided about a function that was looked at. Throws `function-not-found`. */
export function decidedNow(name: string, observation: Observation): Explained {
  const { target } = observation;
  const found = functionNamed(name, observation);
  const { forecast, recommendation } = found;
  const decision = decisionOf(found, observation);
  const { evidence, signals } = forecast;
  return { target, decision, isNow: true, evidence, signals, after: [], recommendation };
}

/** As apply-resources would decide, without carrying it out. */
function decisionOf(
  { live, forecast, state, settings }: ObservedFunction,
  { nodes, at }: Observation,
): Decision {
  const about = { live, forecast, state, nodes, now: at, cycle: 0 };
  // Wrong annotations are told as where they are read.
  const read = settings ?? parseSettings(live.annotations);
  const { decision } = decide({ ...about, settings: read });
  return { ...decision, peak: forecast.peak };
}

/** Title after title, with their sentences wrapped. */
export function explanationText(
  explained: Explained,
  { columns, colour }: { readonly columns: number; readonly colour: boolean },
): string {
  const lines = sectionsOf(explained).flatMap(({ title, lines }): Line[] => [
    [{ text: title, style: 'bold' }],
    ...lines.flatMap((line) =>
      wrapText(line, columns - 4).map((text, index): Line => [
        { text: `${index === 0 ? '  ' : '    '}${text}` },
      ]),
    ),
  ]);
  return `${lines.map((line) => printLine(line, columns, colour)).join('\n')}\n`;
}
