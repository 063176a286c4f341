import type * as TensorFlow from '@tensorflow/tfjs';
import * as z from 'zod';
import { ForesizeError } from '#core/errors/error.ts';
import { chooseBackend } from '../backend.ts';
import type { Forecaster } from '../forecaster.ts';
import { loadLayersModel } from '../model-folder/layers-model.ts';
import { readModelFolder } from '../model-folder/read-model-folder.ts';
import { type SeedMetadata, seedMetadataSchema } from './metadata.ts';
import { SEED_SHAPE, seedNetwork } from './network.ts';
import { createSeedLstm, type SeedLstmModel } from './seed-lstm.ts';

/** A trained network of the study with what its folder says about it. */
export interface LoadedSeedLstm extends SeedLstmModel {
  readonly metadata: SeedMetadata;
  /** The backend, and why it is this one. */
  readonly backend: string;
}

/**
 * Reads the folder of a trained network and loads TensorFlow.js for it, WebAssembly first. Throws `model-missing` and
 * `model-invalid`.
 */
export async function readSeedLstm(folder: string): Promise<LoadedSeedLstm> {
  const files = await readModelFolder(folder, 'seed-lstm');
  const { data: metadata, error } = seedMetadataSchema.safeParse(files.model.userDefinedMetadata);
  if (metadata === undefined) {
    throw new ForesizeError('model-invalid', `${folder}/model.json: ${z.prettifyError(error)}`);
  }
  const { tf, why } = await chooseBackend('inference');
  const network = await loadLayersModel(tf, files);
  refuseOtherShape(tf, network, folder);
  return { metadata, scalers: metadata.scalers, predict: batchOf(tf, network), backend: why };
}

/** The forecaster of a folder. Throws as `readSeedLstm`. */
export async function loadSeedLstm(folder: string): Promise<Forecaster> {
  return createSeedLstm(await readSeedLstm(folder));
}

/** Forecasts of any number of rows in one batch. */
export function batchOf(tf: typeof TensorFlow, network: TensorFlow.LayersModel): SeedLstmModel['predict'] {
  const { lags, variables } = SEED_SHAPE;
  return (inputs, rows) =>
    tf.tidy(() => {
      const output = network.predict(tf.tensor3d(inputs, [rows, lags, variables]), { batchSize: rows });
      return Float32Array.from((Array.isArray(output) ? output[0] : output)?.dataSync() ?? []);
    });
}

function refuseOtherShape(tf: typeof TensorFlow, network: TensorFlow.LayersModel, folder: string): void {
  const expected = seedNetwork(tf);
  const shapeOf = (model: TensorFlow.LayersModel): string =>
    JSON.stringify(model.getWeights().map((weight) => weight.shape));
  const [found, wanted] = [shapeOf(network), shapeOf(expected)];
  expected.dispose();
  if (found === wanted) return;
  network.dispose();
  throw new ForesizeError('model-invalid', `${folder} has weights of the shapes ${found}, not ${wanted}`);
}
