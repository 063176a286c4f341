import type { Decision, Step } from '#core/messages/decision.ts';
import type { FunctionForecast, Quantiles } from '#core/messages/forecast.ts';
import { ages } from '#core/policy/maxima.ts';
import { changesBetween, describeChange } from '#core/policy/reason.ts';
import { formatResource, formatValue, kindOf, type Metric, RESOURCE_NAMES } from '#core/policy/resources.ts';
import type { Recommendation } from '#core/recommend/recommendation.ts';
import type { Resources } from '#core/usage/reading.ts';

/** What is told of one function. */
export interface Explained {
  readonly target: string;
  readonly decision: Decision;
  /** Whether it was decided just now, for want of any decision in a log. */
  readonly isNow: boolean;
  readonly evidence: FunctionForecast['evidence'] | null;
  readonly signals: FunctionForecast['signals'] | null;
  /** Later decisions about it, oldest first. */
  readonly after: readonly Decision[];
  /** Null where the function was not looked at. */
  readonly recommendation: Recommendation | null;
}

/** A title and the sentences under it. */
export interface Section {
  readonly title: string;
  readonly lines: readonly string[];
}

/** Why the function has its sizes, a section a question. */
export function sectionsOf(explained: Explained): readonly Section[] {
  const { decision, isNow, target, recommendation } = explained;
  const when = isNow ? 'decided now, since no log of decisions was found' : `decided ${timeOf(decision.at)}`;
  const sections: Section[] = [
    { title: `${decision.name} on ${target}`, lines: [`${when}: ${decision.action}`, decision.reason] },
    { title: 'Sizes', lines: decision.to === null ? [] : sizesOf(decision.from, decision.to) },
    { title: 'Evidence', lines: evidenceLines(explained) },
    { title: 'Forecast', lines: forecastLines(decision) },
    { title: 'Rules', lines: decision.steps.map(stepLine) },
    { title: 'What happened after', lines: afterLines(explained) },
    { title: 'In the end', lines: recommendation === null ? [] : endLines(recommendation) },
  ];
  return sections.filter(({ lines }) => lines.length > 0);
}

const timeOf = (at: number): string => new Date(at).toISOString().replace('T', ' ').slice(0, 19);

function sizesOf(from: Resources | null, to: Resources): readonly string[] {
  return RESOURCE_NAMES.map((name) => describeChange(from ?? to, to, name).replace(/ (\S+) → \1$/, ' $1'));
}

function evidenceLines({ evidence, signals }: Explained): readonly string[] {
  if (evidence === null) return [];
  const { samples, gaps, censored, age, skill, coverage, forecaster } = evidence;
  const old = age === null ? '' : `, the newest ${ages(age)} old`;
  const lines = [`${samples} samples, ${gaps} gaps, ${censored} at a limit${old}`];
  for (const metric of ['cpu', 'memory'] as const) {
    const of = skill[metric];
    const held = coverage[metric];
    const judged =
      of === null ? 'not judged on its past yet' : `loss ${of.toFixed(2)} × that of repeating the last value`;
    const kept = held === null ? '' : `, its p95 held in ${Math.round(100 * held)} %`;
    lines.push(`${labelOf(metric)} by ${forecaster[metric]}: ${judged}${kept}`);
  }
  return signals === null ? lines : [...lines, ...signalLines(signals)];
}

const labelOf = (metric: Metric): string => (metric === 'cpu' ? 'CPU' : 'memory');

function signalLines(signals: NonNullable<Explained['signals']>): readonly string[] {
  const { lastCpuCores, maximumCpuCores, lastMemoryBytes, maximumMemoryBytes, stretch, oomKills } = signals;
  const used = (metric: Metric, last: number | null, most: number | null): string[] =>
    last === null || most === null
      ? []
      : [`${labelOf(metric)} used: ${formatValue(metric, last)} last, ${formatValue(metric, most)} at most`];
  return [
    ...used('cpu', lastCpuCores, maximumCpuCores),
    ...used('memory', lastMemoryBytes, maximumMemoryBytes),
    ...(stretch !== null && stretch > 0.05
      ? [`the CPU limit makes work take ${(1 + stretch).toFixed(1)} times as long`]
      : []),
    ...(oomKills.length > 0 ? [`killed for want of memory ${oomKills.length} times`] : []),
  ];
}

function forecastLines({ peak }: Decision): readonly string[] {
  if (peak === undefined) return [];
  const line = (metric: Metric, quantiles: Quantiles | null): string => {
    if (quantiles === null) return `${labelOf(metric)}: nothing can be said`;
    const text = (value: number): string => formatValue(metric, value);
    const { p50, p90, p95, p99 } = quantiles;
    return `${labelOf(metric)}: p50 ${text(p50)}, p90 ${text(p90)}, p95 ${text(p95)}, p99 ${text(p99)}`;
  };
  return [`the most within ${ages(peak.horizon)}:`, line('cpu', peak.cpu), line('memory', peak.memory)];
}

/** `CPU request 100m → 6m (cpu-request): peak forecast …` */
function stepLine({ rule, resource, before, after, why }: Step): string {
  if (resource === null) return `${rule}: ${why}`;
  const text = (value: number | null): string => (value === null ? 'none' : formatResource(resource, value));
  const { label } = kindOf(resource);
  const move = text(before) === text(after) ? `stays ${text(after)}` : `${text(before)} → ${text(after)}`;
  return `${label} ${move} (${rule}): ${why}`;
}

function afterLines({ decision, after }: Explained): readonly string[] {
  const outcomes = decision.outcomes.map(({ pod, result, detail }) => `${pod}: ${result}, ${detail}`);
  const changes = after
    .filter(({ action, path }) => action === 'resize' || path === 'rescue')
    .map(({ at, action, reason }) => `${timeOf(at)} ${action}: ${reason}`);
  const quiet =
    after.length > 0 && changes.length === 0
      ? [
          after.length === 1
            ? '1 decision since then, which changed nothing'
            : `${after.length} decisions since then, none of which changed anything`,
        ]
      : [];
  return [...outcomes, ...changes, ...quiet];
}

function endLines({ from, to, confidence, reason, steps }: Recommendation): readonly string[] {
  const names = changesBetween(from, to);
  const changes = names.map((name) => describeChange(from, to, name));
  const why = steps.filter(({ resource }) => resource !== null && names.includes(resource)).map(stepLine);
  return [
    changes.length === 0
      ? `nothing would change (${reason})`
      : `once nothing paces the changes: ${changes.join(', ')} (${reason})`,
    ...why,
    `confidence ${confidence.level}: ${confidence.reason}`,
  ];
}
