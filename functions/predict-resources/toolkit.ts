import { fileURLToPath } from 'node:url';
import { ForesizeError } from '#core/errors/error.ts';
import { type LoadedLstm, loadLstm } from '#forecast/lstm/load-lstm.ts';
import type { Toolkit } from '#forecast/predict-usage.ts';
import { FORECASTERS } from '#forecast/selection.ts';
import type { PredictConfig } from './config.ts';

/** The folder beside the handler, in the repository as in the image. */
const SHIPPED = fileURLToPath(new URL('./model', import.meta.url));

/**
 * The forecasters with the model of MODEL_PATH among them, which answers call as `lstm 2026-11-25 seed 3`. Without a
 * usable one it throws what `loadLstm` does; or, where MODEL_MISSING says `go-on`, every answer tells that the model
 * is missing, and the log why.
 */
export async function loadToolkit(
  { MODEL_PATH, MODEL_MISSING }: Pick<PredictConfig, 'MODEL_PATH' | 'MODEL_MISSING'>,
  onMissing: (reason: string) => void,
): Promise<Toolkit> {
  try {
    const loaded = await loadLstm(MODEL_PATH ?? SHIPPED);
    const { forecaster } = loaded;
    return {
      forecasters: new Map([...FORECASTERS, [forecaster.name, forecaster]]),
      model: nameOf(loaded),
    };
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

function nameOf({ forecaster, shape }: LoadedLstm): string {
  const { date, seed } = shape.training;
  return `${forecaster.name} ${date.slice(0, date.indexOf('T'))} seed ${seed}`;
}
