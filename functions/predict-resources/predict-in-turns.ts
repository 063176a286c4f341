import { setImmediate as nextTurn } from 'node:timers/promises';
import type { ForecastMessage } from '#core/messages/forecast.ts';
import type { UsageMessage } from '#core/messages/usage.ts';
import { answerTo, forecastFunction, type Toolkit } from '#forecast/predict-usage.ts';
import { withNamed } from './on-demand.ts';

/** Probes and other calls wait this long at most: a shard takes seconds, one that names `arima` minutes. */
const TURN_MS = 50;

/**
 * As `predictUsage`, with the forecasters that its functions name loaded, and letting other calls have their turn.
 * Rejects with the signal's reason once the caller is gone.
 */
export async function predictInTurns(
  message: UsageMessage,
  toolkit: Toolkit,
  signal: AbortSignal,
): Promise<ForecastMessage> {
  const named = await withNamed(
    toolkit,
    message.functions.map(({ forecaster }) => forecaster),
  );
  const functions = [];
  let begun = performance.now();
  for (const usage of message.functions) {
    if (performance.now() - begun > TURN_MS) {
      await nextTurn();
      signal.throwIfAborted();
      begun = performance.now();
    }
    functions.push(forecastFunction(usage, message, named));
  }
  return answerTo(message, functions);
}
