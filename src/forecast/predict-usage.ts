import type { Evidence, ForecastMessage, FunctionForecast, Quantiles } from '#core/messages/forecast.ts';
import type { FunctionUsage, UsageMessage } from '#core/messages/usage.ts';
import type { MetricWindow } from './forecaster.ts';
import { byQuantile } from './levels.ts';
import { type ForecastGrid, type FunctionWindows, windowsOf } from './metric-window.ts';
import { replayEvidence } from './replayed-requests.ts';
import { FORECASTERS, type Forecasters, newest, type Selected, selectForecaster } from './selection.ts';

/** What `evidence.forecaster` says where nothing can be forecast. */
const NONE = 'none';

/** The forecasters to choose from, and the model among them as `evidence.model` names it. */
export interface Toolkit {
  readonly forecasters: Forecasters;
  readonly model: string;
}

/** What needs no model. */
const WITHOUT_MODEL: Toolkit = { forecasters: FORECASTERS, model: 'none: not asked for' };

/** Forecasts of all functions of one usage message, in its order. Pure: the same message gives the same answer. */
export function predictUsage(message: UsageMessage, toolkit: Toolkit = WITHOUT_MODEL): ForecastMessage {
  return answerTo(
    message,
    message.functions.map((usage) => forecastFunction(usage, message, toolkit)),
  );
}

/** The answer to a usage message that these forecasts are of. */
export function answerTo(message: UsageMessage, functions: FunctionForecast[]): ForecastMessage {
  const { version, installation, cycle, shard, shards, at } = message;
  return { version, installation, cycle, shard, shards, at, functions };
}

/**
 * What one function will use next, and the most it will use within the horizon. Null where nothing can be said: no
 * samples in the window, or the usage names a forecaster that does not exist (`evidence.forecaster` is then `none`).
 */
export function forecastFunction(
  usage: FunctionUsage,
  grid: ForecastGrid,
  { forecasters, model }: Toolkit = WITHOUT_MODEL,
): FunctionForecast {
  const windows = windowsOf(usage, grid);
  const cpu = selectForecaster(usage.forecaster, windows.cpu, forecasters);
  const memory = selectForecaster(usage.forecaster, windows.memory, forecasters);
  return {
    name: usage.name,
    namespace: usage.namespace,
    at: grid.at,
    next: { cpu: nextOf(cpu), memory: nextOf(memory) },
    peak: {
      horizon: grid.horizonMs,
      cpu: quantilesAt(cpu, windows.cpu.values.length - 1),
      memory: quantilesAt(memory, windows.memory.values.length - 1),
    },
    evidence: { ...evidenceOf(windows, { cpu, memory }), model },
    signals: usage.signals,
  };
}

function nextOf(selected: Selected | null): number | null {
  return selected === null ? null : newest(selected.path.next);
}

/** The peak forecast that was made at a step of the window; null where any of it is not known. */
export function quantilesAt(selected: Selected | null, step: number): Quantiles | null {
  if (selected === null) return null;
  const { peak } = selected.path;
  const { p50, p90, p95, p99 } = byQuantile((name) => peak[name][step] ?? NaN);
  return Number.isNaN(p50 + p90 + p95 + p99) ? null : { p50, p90, p95, p99 };
}

function evidenceOf(
  { cpu, memory }: FunctionWindows,
  selected: { readonly cpu: Selected | null; readonly memory: Selected | null },
): Omit<Evidence, 'model'> {
  const gaps = cpu.values.reduce((count, value) => count + (Number.isNaN(value) ? 1 : 0), 0);
  return {
    samples: cpu.values.length - gaps,
    gaps,
    censored: cpu.censored.reduce((count, flag) => count + flag, 0),
    age: ageOf(cpu, memory),
    forecaster: {
      cpu: selected.cpu?.forecaster ?? NONE,
      memory: selected.memory?.forecaster ?? NONE,
    },
    nextForecaster: {
      cpu: selected.cpu?.nextForecaster ?? NONE,
      memory: selected.memory?.nextForecaster ?? NONE,
    },
    skill: { cpu: selected.cpu?.skill ?? null, memory: selected.memory?.skill ?? null },
    nextSkill: { cpu: selected.cpu?.nextSkill ?? null, memory: selected.memory?.nextSkill ?? null },
    coverage: { cpu: selected.cpu?.coverage ?? null, memory: selected.memory?.coverage ?? null },
    replay: replayEvidence(
      { window: cpu, selected: selected.cpu },
      { window: memory, selected: selected.memory },
    ),
  };
}

/** Of the metrics that have samples, the one whose newest is older: evidence is as fresh as its stalest part. */
function ageOf(...windows: readonly MetricWindow[]): number | null {
  const ages = windows.flatMap(({ values, stepMs }) => {
    const last = values.findLastIndex((value) => !Number.isNaN(value));
    return last < 0 ? [] : [(values.length - 1 - last) * stepMs];
  });
  return ages.length === 0 ? null : Math.max(...ages);
}
