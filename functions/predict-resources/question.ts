import { ForesizeError } from '#core/errors/error.ts';
import type { Toolkit } from '#forecast/predict-usage.ts';
import { horizonMs } from './config.ts';
import { forecasterNames } from './on-demand.ts';

/** What a direct call wants to know of its rows. */
export interface Question {
  readonly forecaster: string;
  readonly horizonMs: number;
}

const PARAMETERS = ['forecaster', 'horizon'] as const;

const refuse = (problem: string): never => {
  throw new ForesizeError('query-invalid', problem);
};

/**
 * The question of a call's query, `?forecaster=arima&horizon=5m`; what it leaves out is as in `otherwise`. Throws
 * `query-invalid`, naming what is wrong and what is possible.
 */
export function readQuestion(query: URLSearchParams, otherwise: Question, toolkit: Toolkit): Question {
  refuseOthers(query);
  const forecaster = query.get('forecaster') ?? otherwise.forecaster;
  const names = forecasterNames(toolkit);
  if (!names.includes(forecaster)) {
    const known = `${names.join(', ')} (model: ${toolkit.model})`;
    refuse(`forecaster=${JSON.stringify(forecaster)} is not one of ${known}`);
  }
  return { forecaster, horizonMs: horizonOf(query.get('horizon')) ?? otherwise.horizonMs };
}

/** For a body that says everything itself. Throws `query-invalid` where the query asks for anything. */
export function refuseQuestion(query: URLSearchParams): void {
  const [name] = query.keys();
  if (name === undefined) return;
  refuse(`${name}: a usage message says forecaster and horizon itself; parameters go with CSV and JSON rows`);
}

function refuseOthers(query: URLSearchParams): void {
  for (const name of new Set(query.keys())) {
    if (!PARAMETERS.some((known) => known === name)) {
      refuse(`${JSON.stringify(name)} is no parameter; known are ${PARAMETERS.join(', ')}`);
    }
    if (query.getAll(name).length > 1) refuse(`${name} is there more than once`);
  }
}

function horizonOf(text: string | null): number | null {
  if (text === null) return null;
  const { data, error } = horizonMs.safeParse(text);
  return data ?? refuse(`horizon=${JSON.stringify(text)}: ${error.issues[0]?.message ?? 'is no duration'}`);
}
