import type { Toolkit } from '#forecast/predict-usage.ts';
import { loadToolkit } from '../../functions/predict-resources/toolkit.ts';
import { lstmFolder } from '../models/lstm-folder.ts';

/** The forecasters of whoever only looks: without a usable network, those that need none. */
export const lookingToolkit = (): Promise<Toolkit> =>
  loadToolkit({ MODEL_PATH: lstmFolder(), MODEL_MISSING: 'go-on' }, () => undefined);
