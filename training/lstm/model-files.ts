import type * as TensorFlow from '@tensorflow/tfjs';
import type { LstmModel } from '#forecast/lstm/lstm-forecaster.ts';
import { LSTM_MODEL } from '#forecast/lstm/model-folder.ts';
import { layersModelFiles, type ModelFiles } from '#forecast/model-folder/layers-model.ts';
import { buildNetwork, setWeights } from './network.ts';

/** A trained network as the files that `readLstm` reads and that TensorFlow.js loads as a layers model. */
export async function lstmFiles(tf: typeof TensorFlow, { shape, weights }: LstmModel): Promise<ModelFiles> {
  const network = buildNetwork(tf, shape, shape.training.seed);
  try {
    setWeights(tf, network, shape, weights);
    return await layersModelFiles(tf, network, { model: LSTM_MODEL, ...shape });
  } finally {
    network.dispose();
  }
}
