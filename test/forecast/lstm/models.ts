import { loadBackend } from '#forecast/backend.ts';
import { INPUT_NAMES } from '#forecast/lstm/inputs.ts';
import type { LstmModel } from '#forecast/lstm/lstm-forecaster.ts';
import type { LstmShape } from '#forecast/lstm/shape.ts';
import { lstmFiles } from '../../../training/lstm/model-files.ts';
import { writeFolder } from '../../../training/model-folder/write-folder.ts';
import { randomWeights } from './networks.ts';

const [first = '', second = ''] = INPUT_NAMES;

/** A network with the heads that the forecaster asks for, and random weights: it forecasts, if not well. */
export function modelOf(seed: number, change: Partial<LstmShape> = {}, scale = 0.2): LstmModel {
  const shape: LstmShape = {
    format: 1,
    features: [...INPUT_NAMES],
    units: 4,
    heads: [
      { name: 'next', steps: 1, medianOffset: first },
      { name: 'near', steps: 5, medianOffset: second },
      { name: 'far', steps: 20, medianOffset: null },
    ],
    levels: [0.5, 0.9, 0.95, 0.99],
    training: { seed, date: '2026-11-25T06:07:08.000Z', generator: '1' },
    ...change,
  };
  return { shape, weights: randomWeights(shape, seed, scale) };
}

/** Writes the folder as training does. */
export async function writeModel(folder: string, model: LstmModel): Promise<void> {
  await writeFolder(folder, await lstmFiles(await loadBackend('cpu'), model));
}
