import { ForesizeError } from '#core/errors/error.ts';
import type { ForecastMessage, FunctionForecast } from '#core/messages/forecast.ts';
import { parseMessage } from '#core/messages/parse-message.ts';
import { usageMessageSchema } from '#core/messages/usage.ts';
import { parseUsageCsv } from '#core/usage/csv.ts';
import { usageFromColumns } from '#core/usage/usage-from-columns.ts';
import { forecastFunction, predictUsage, type Toolkit } from '#forecast/predict-usage.ts';
import type { FunctionEvent } from '#template/types.ts';
import { parseUsageRows } from './usage-rows.ts';

/** What a forecast of columns is said to be of: they carry no name. */
const IDENTITY = { name: 'usage', namespace: 'direct' } as const;

/**
 * The forecast of a direct call: of one function's history as CSV (`Time,mem_usage,cpu_usage[,invocations]`) or as
 * JSON rows with the same fields, or of a whole usage message. Throws `csv-invalid`, `message-invalid`.
 */
export function answerDirectly(
  event: FunctionEvent,
  horizonMs: number,
  toolkit: Toolkit,
): FunctionForecast | ForecastMessage {
  const text = event.text();
  const first = text.trimStart().charAt(0);
  if (first === '') throw new ForesizeError('csv-invalid', 'the body is empty');
  if (first === '{') return predictUsage(parseMessage(usageMessageSchema, event.json()), toolkit);
  const columns = first === '[' ? parseUsageRows(event.json()) : parseUsageCsv(text);
  const { usage, at, stepMs } = usageFromColumns(columns, IDENTITY);
  return forecastFunction(usage, { at, stepMs, horizonMs }, toolkit);
}
