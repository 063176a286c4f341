import { join } from 'node:path';
import * as z from 'zod';
import { ForesizeError } from '#core/errors/error.ts';
import { type ModelFolder, readModelFolder } from '../model-folder/read-model-folder.ts';
import { INPUT_NAMES } from './inputs.ts';
import type { LstmModel } from './lstm-forecaster.ts';
import { type LstmShape, lstmShapeSchema } from './shape.ts';
import { sizeOf, weightSpecs, weightsFrom } from './weights.ts';

/** The kind of model that model.json names. */
export const LSTM_MODEL = 'lstm';

/**
 * Reads the folder of a trained network. Throws `model-missing`, and `model-invalid` where a file is broken, where the
 * weights are not those of the shape or are no numbers, and where an input is unknown to this version.
 */
export async function readLstm(folder: string): Promise<LstmModel> {
  const files = await readModelFolder(folder, LSTM_MODEL);
  const shape = shapeOf(files);
  refuseUnknownInputs(files, shape);
  refuseOtherWeights(files, shape);
  const numbers = new Float32Array(files.weights.buffer);
  const broken = numbers.findIndex((weight) => !Number.isFinite(weight));
  if (broken >= 0) throw invalid(files, 'weights.bin', `holds no number at place ${broken}`);
  let at = 0;
  const weights = weightsFrom(shape, (spec) => numbers.slice(at, (at += sizeOf(spec.shape))));
  return { shape, weights };
}

function shapeOf(files: ModelFolder): LstmShape {
  const { data, error } = lstmShapeSchema.safeParse(files.model.userDefinedMetadata);
  if (data === undefined)
    throw invalid(files, 'model.json', `does not say what it is: ${z.prettifyError(error)}`);
  return data;
}

function refuseUnknownInputs(files: ModelFolder, { features }: LstmShape): void {
  const unknown = features.filter((name) => !INPUT_NAMES.includes(name));
  if (unknown.length === 0) return;
  const what = `needs inputs that this version of Foresize does not know: ${unknown.join(', ')}`;
  throw invalid(files, 'model.json', what);
}

function refuseOtherWeights(files: ModelFolder, shape: LstmShape): void {
  const describe = (
    weights: readonly { readonly name: string; readonly shape: readonly number[] }[],
  ): string => weights.map((weight) => `${weight.name} [${weight.shape.join(' × ')}]`).join(', ');
  const found = describe(files.model.weightsManifest[0].weights);
  const wanted = describe(weightSpecs(shape));
  if (found === wanted) return;
  throw invalid(files, 'model.json', `has the weights ${found}; its shape needs ${wanted}`);
}

function invalid({ folder }: ModelFolder, file: string, problem: string): ForesizeError {
  return new ForesizeError('model-invalid', `${join(folder, file)} ${problem}`);
}
