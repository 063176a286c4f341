import { fileURLToPath } from 'node:url';
import { createLstm } from '#forecast/lstm/lstm-forecaster.ts';
import { readLstm } from '#forecast/lstm/model-folder.ts';
import type { Toolkit } from '#forecast/predict-usage.ts';
import { FORECASTERS } from '#forecast/selection.ts';
import type { PredictConfig } from './config.ts';

/** The folder beside the handler, in the repository as in the image. */
const SHIPPED = fileURLToPath(new URL('./model', import.meta.url));

/**
 * The forecasters with the model of MODEL_PATH among them. Without a usable one it throws what `readLstm` does; or,
 * where MODEL_MISSING says `go-on`, every answer tells that the model is missing and why.
 */
export async function loadToolkit(
  { MODEL_PATH, MODEL_MISSING }: Pick<PredictConfig, 'MODEL_PATH' | 'MODEL_MISSING'>,
  onMissing: (reason: string) => void,
): Promise<Toolkit> {
  try {
    const lstm = createLstm(await readLstm(MODEL_PATH ?? SHIPPED));
    return { forecasters: new Map([...FORECASTERS, [lstm.name, lstm]]), model: lstm.name };
  } catch (error) {
    if (MODEL_MISSING === 'fail' || !(error instanceof Error)) throw error;
    onMissing(error.message);
    return { forecasters: FORECASTERS, model: `none: ${error.message}` };
  }
}
