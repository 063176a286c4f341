import { ForesizeError } from '#core/errors/error.ts';
import type { ForecastMessage, FunctionForecast } from '#core/messages/forecast.ts';
import { parseMessage } from '#core/messages/parse-message.ts';
import { usageMessageSchema } from '#core/messages/usage.ts';
import { parseUsageCsv, type UsageColumns } from '#core/usage/csv.ts';
import { usageFromColumns } from '#core/usage/usage-from-columns.ts';
import { forecastFunction, type Toolkit } from '#forecast/predict-usage.ts';
import type { FunctionEvent } from '#template/types.ts';
import { withNamed } from './on-demand.ts';
import { predictInTurns } from './predict-in-turns.ts';
import { readQuestion, refuseQuestion } from './question.ts';
import { parseUsageRows } from './usage-rows.ts';

/** What a forecast of columns is said to be of: they carry no name. */
const IDENTITY = { name: 'usage', namespace: 'direct' } as const;

/** What answers are made with. `horizonMs` is of rows whose call says none. */
export interface Means {
  readonly toolkit: Toolkit;
  readonly horizonMs: number;
  readonly signal: AbortSignal;
}

/**
 * The forecast of a direct call: of one function's history as CSV (`Time,mem_usage,cpu_usage[,invocations]`) or as
 * JSON rows with the same fields, by the forecaster and for the horizon of the query; or of a whole usage message.
 * Throws `csv-invalid`, `message-invalid`, `query-invalid`.
 */
export async function answerDirectly(
  event: FunctionEvent,
  means: Means,
): Promise<FunctionForecast | ForecastMessage> {
  const text = event.text();
  const first = text.trimStart().charAt(0);
  if (first === '') throw new ForesizeError('csv-invalid', 'the body is empty');
  if (first === '{') {
    refuseQuestion(event.query);
    return predictInTurns(parseMessage(usageMessageSchema, event.json()), means.toolkit, means.signal);
  }
  return answerRows(event, first === '[' ? parseUsageRows(event.json()) : parseUsageCsv(text), means);
}

async function answerRows(
  { query }: FunctionEvent,
  columns: UsageColumns,
  { toolkit, horizonMs }: Means,
): Promise<FunctionForecast> {
  const asked = readQuestion(query, { forecaster: 'auto', horizonMs }, toolkit);
  const { usage, at, stepMs } = usageFromColumns(columns, IDENTITY);
  const grid = { at, stepMs, horizonMs: asked.horizonMs };
  const named = await withNamed(toolkit, [asked.forecaster]);
  return forecastFunction({ ...usage, forecaster: asked.forecaster }, grid, named);
}
