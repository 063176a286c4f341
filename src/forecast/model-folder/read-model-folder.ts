import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { ForesizeError } from '#core/errors/error.ts';
import { type ModelJson, modelJsonSchema, weightBytes } from './model-json.ts';

export interface ModelFolder {
  readonly folder: string;
  readonly model: ModelJson;
  /** weights.bin: float32, little-endian, in the order of the manifest. */
  readonly weights: Uint8Array<ArrayBuffer>;
}

/** Where models of a kind are of use, for those who named one where it is of none. */
const USES: Readonly<Record<string, string>> = {
  lstm: 'predict-resources and `foresize backtest --model`',
  'seed-lstm': '`foresize evaluate seed-lstm` and `foresize backtest --model`',
};

/** The kind of model that a folder holds. Throws `model-missing` and `model-invalid`. */
export async function modelKind(folder: string): Promise<string> {
  return (await readModelJson(folder)).userDefinedMetadata.model;
}

/**
 * Reads model.json and weights.bin of a folder and checks that they belong together and are of the model `kind`.
 * Throws `model-missing` and `model-invalid`, naming the file and what is wrong with it.
 */
export async function readModelFolder(folder: string, kind: string): Promise<ModelFolder> {
  const model = await readModelJson(folder);
  const { model: found, weightsSha256 } = model.userDefinedMetadata;
  if (found !== kind) throw invalid(folder, 'model.json', otherKind(found, kind));
  const bytes = await read(folder, 'weights.bin');
  if (bytes.length !== weightBytes(model)) {
    throw invalid(folder, 'weights.bin', `has ${bytes.length} bytes, model.json says ${weightBytes(model)}`);
  }
  if (createHash('sha256').update(bytes).digest('hex') !== weightsSha256) {
    throw invalid(folder, 'weights.bin', 'is not the file that model.json was written with');
  }
  // A copy: small files share a buffer, at offsets that typed arrays of floats refuse.
  return { folder, model, weights: Uint8Array.from(bytes) };
}

async function readModelJson(folder: string): Promise<ModelJson> {
  return parse(folder, (await read(folder, 'model.json')).toString('utf8'));
}

function otherKind(found: string, wanted: string): string {
  const uses = USES[found];
  return `is a model of the kind ${found}, not ${wanted}${uses === undefined ? '' : `; it is for ${uses}`}`;
}

async function read(folder: string, file: string): Promise<Buffer> {
  try {
    return await readFile(join(folder, file));
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new ForesizeError('model-missing', `${folder} is not the folder of a model: ${reason}`, { cause });
  }
}

function parse(folder: string, text: string): ModelJson {
  const json = parseJson(folder, text);
  const { data, error } = modelJsonSchema.safeParse(json);
  if (data === undefined)
    throw invalid(folder, 'model.json', `is not one of ours: ${z.prettifyError(error)}`);
  return data;
}

function parseJson(folder: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw invalid(
      folder,
      'model.json',
      `is not JSON: ${cause instanceof Error ? cause.message : String(cause)}`,
    );
  }
}

function invalid(folder: string, file: string, problem: string): ForesizeError {
  return new ForesizeError('model-invalid', `${join(folder, file)} ${problem}`);
}
