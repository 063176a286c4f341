import { createHash } from 'node:crypto';
import type * as TensorFlow from '@tensorflow/tfjs';
import { ForesizeError } from '#core/errors/error.ts';
import type { ModelFolder } from './read-model-folder.ts';

/** The two files of a model, by name. */
export type ModelFiles = Readonly<Record<'model.json' | 'weights.bin', string | Uint8Array>>;

/**
 * The network of a folder, with its weights; to be disposed of by the caller. TensorFlow.js without its native backend
 * has no handler of its own for files. Throws `model-invalid` where the network does not fit the weights.
 */
export async function loadLayersModel(
  tf: typeof TensorFlow,
  { folder, model, weights }: ModelFolder,
): Promise<TensorFlow.LayersModel> {
  const [{ weights: weightSpecs }] = model.weightsManifest;
  try {
    return await tf.loadLayersModel({
      load: () =>
        Promise.resolve({ modelTopology: model.modelTopology, weightSpecs, weightData: weights.buffer }),
    });
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new ForesizeError('model-invalid', `the network of ${folder} cannot be built: ${reason}`, {
      cause,
    });
  }
}

/** A network as the files of its folder. `metadata` says what it means, `model` in it of what kind it is. */
export async function layersModelFiles(
  tf: typeof TensorFlow,
  network: TensorFlow.LayersModel,
  metadata: { readonly model: string } & Readonly<Record<string, unknown>>,
): Promise<ModelFiles> {
  const made: ModelFiles[] = [];
  await network.save(
    tf.io.withSaveHandler(({ modelTopology, weightSpecs, weightData, format, generatedBy }) => {
      const bytes = joined(weightData);
      const userDefinedMetadata = {
        ...metadata,
        weightsSha256: createHash('sha256').update(bytes).digest('hex'),
      };
      const weightsManifest = [{ paths: ['weights.bin'], weights: weightSpecs }];
      const model = { format, generatedBy, userDefinedMetadata, modelTopology, weightsManifest };
      made.push({ 'model.json': `${JSON.stringify(model, null, 2)}\n`, 'weights.bin': bytes });
      return Promise.resolve({ modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: 'JSON' } });
    }),
  );
  const [files] = made;
  if (files === undefined) throw new Error('TensorFlow.js did not hand out the network');
  return files;
}

function joined(data: ArrayBuffer | ArrayBuffer[] | undefined): Uint8Array {
  return Buffer.concat([data ?? []].flat().map((part) => new Uint8Array(part)));
}
