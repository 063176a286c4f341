import type { z } from 'zod';
import { ForesizeError } from '../errors/error.ts';
import type { FunctionSettings } from '../policy/settings.ts';
import { type AnnotationName, type Annotations, annotationsSchema } from './schema.ts';
import { nearestName } from './nearest-name.ts';

const PREFIX = 'foresize/';

type Given = Readonly<Record<string, string>>;

const quote = (given: Given, name: string): string => `${name}: ${JSON.stringify(given[name])}`;

function explainUnknown(given: Given, name: string): string {
  const known = Object.keys(annotationsSchema.shape);
  const near = nearestName(name, known);
  const hint = near === null ? `known are ${known.join(', ')}` : `did you mean ${near}?`;
  return `${quote(given, name)} is no annotation of Foresize; ${hint}`;
}

function explain(given: Given, issue: z.core.$ZodIssue): string {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((name) => explainUnknown(given, name)).join('; ');
  }
  const name = String(issue.path[0]);
  const allowed = issue.code === 'invalid_value' ? `one of ${issue.values.join(', ')}` : issue.message;
  return `${quote(given, name)} must be ${allowed}`;
}

function refuse(problems: readonly string[]): never {
  throw new ForesizeError('annotation-invalid', problems.join('; '));
}

/** Bounds and the latency budget make sense only together with other annotations. */
function contradictions(given: Given, read: Annotations): string[] {
  const problems: string[] = [];
  const ordered = (low: AnnotationName, high: AnnotationName): void => {
    const [least, most] = [read[low], read[high]];
    if (typeof least === 'number' && typeof most === 'number' && least > most) {
      problems.push(`${quote(given, low)} must be at most ${quote(given, high)}`);
    }
  };
  ordered('foresize/cpu-min', 'foresize/cpu-max');
  ordered('foresize/memory-min', 'foresize/memory-max');
  const budget = read['foresize/latency-budget'];
  if (read['foresize/cpu-limit'] === 'latency' && budget === undefined) {
    problems.push(
      `${quote(given, 'foresize/cpu-limit')} needs foresize/latency-budget, a duration such as 300ms`,
    );
  }
  if (read['foresize/cpu-limit'] !== 'latency' && budget !== undefined) {
    problems.push(
      `${quote(given, 'foresize/latency-budget')} is allowed only with foresize/cpu-limit: latency`,
    );
  }
  return problems;
}

function toSettings(read: Annotations): FunctionSettings {
  const budgetMs = read['foresize/latency-budget'];
  return {
    mode: read['foresize/mode'],
    cpuLimit: read['foresize/cpu-limit'],
    latencyBudgetSeconds: budgetMs === undefined ? null : budgetMs / 1000,
    cpuMinCores: read['foresize/cpu-min'] ?? null,
    cpuMaxCores: read['foresize/cpu-max'] ?? null,
    memoryMinBytes: read['foresize/memory-min'] ?? null,
    memoryMaxBytes: read['foresize/memory-max'] ?? null,
    evidenceMs: read['foresize/evidence'],
    cooldownMs: read['foresize/cooldown'],
    memoryShrink: read['foresize/memory-shrink'],
    gate: read['foresize/gate'],
    replicas: read['foresize/replicas'],
    forecaster: read['foresize/forecaster'],
  };
}

/**
 * Settings of one function from all of its annotations; those of others are ignored. Throws `annotation-invalid`,
 * naming every wrong annotation with its value and what is allowed, so that a function is never sized by a guess.
 *
 * @example parseSettings({ 'foresize/mode': 'apply' }).evidenceMs // 691200000, the default of 8d
 */
export function parseSettings(annotations: Readonly<Record<string, string>>): FunctionSettings {
  const given = Object.fromEntries(Object.entries(annotations).filter(([name]) => name.startsWith(PREFIX)));
  const result = annotationsSchema.safeParse(given);
  if (!result.success) refuse(result.error.issues.map((issue) => explain(given, issue)));
  const problems = contradictions(given, result.data);
  if (problems.length > 0) refuse(problems);
  return toSettings(result.data);
}
