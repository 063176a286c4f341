import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ForesizeError } from '#core/errors/error.ts';
import type { Forecaster } from '#forecast/forecaster.ts';
import { createLstm, type LstmModel } from '#forecast/lstm/lstm-forecaster.ts';
import { readLstm } from '#forecast/lstm/model-folder.ts';
import type { Toolkit } from '#forecast/predict-usage.ts';
import { FORECASTERS } from '#forecast/selection.ts';
import type { PredictConfig } from './config.ts';

/** The folder beside the handler, in the repository as in the image. */
const SHIPPED = fileURLToPath(new URL('./model', import.meta.url));

/**
 * The forecasters with the model of MODEL_PATH among them, which answers call as `lstm 2026-11-25 seed 3`. Without a
 * usable one it throws what `readLstm` does; or, where MODEL_MISSING says `go-on`, every answer tells that the model
 * is missing, and the log why.
 */
export async function loadToolkit(
  { MODEL_PATH, MODEL_MISSING }: Pick<PredictConfig, 'MODEL_PATH' | 'MODEL_MISSING'>,
  onMissing: (reason: string) => void,
): Promise<Toolkit> {
  const folder = MODEL_PATH ?? SHIPPED;
  try {
    const model = await readLstm(folder);
    const lstm = forecasterOf(model, folder);
    return { forecasters: new Map([...FORECASTERS, [lstm.name, lstm]]), model: nameOf(lstm, model) };
  } catch (error) {
    if (MODEL_MISSING === 'fail' || !(error instanceof Error)) throw error;
    onMissing(error.message);
    return { forecasters: FORECASTERS, model: `none: ${codeOf(error)}` };
  }
}

/** Anyone can read an answer: the path stays in the log. */
function codeOf(error: Error): string {
  return error instanceof ForesizeError ? error.code : 'model-invalid';
}

function forecasterOf(model: LstmModel, folder: string): Forecaster {
  try {
    return createLstm(model);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new ForesizeError('model-invalid', `${join(folder, 'model.json')} cannot be used: ${reason}`, {
      cause,
    });
  }
}

function nameOf({ name }: Forecaster, { shape }: LstmModel): string {
  const { date, seed } = shape.training;
  return `${name} ${date.slice(0, date.indexOf('T'))} seed ${seed}`;
}
