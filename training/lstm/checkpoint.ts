import { existsSync, readFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { ForesizeError } from '#core/errors/error.ts';
import { writeWhole } from '../data/write-whole.ts';

const epochSchema = z.object({ epoch: z.number(), loss: z.number(), validationLoss: z.number() });

const headerSchema = z.object({
  format: z.literal(1),
  /** Digest of everything that the training's result depends on. */
  training: z.string(),
  /** Steps that the optimiser made. */
  steps: z.number().int().nonnegative(),
  bestEpoch: z.number().int().nonnegative(),
  history: z.array(epochSchema),
});

/** Means over an epoch; `epoch` counts from 1. */
export type EpochLoss = z.infer<typeof epochSchema>;

/** A training between two epochs. All arrays have one number a parameter. */
export interface TrainingState {
  readonly parameters: Float32Array;
  /** The optimiser's running means, and its steps. */
  readonly mean: Float32Array;
  readonly square: Float32Array;
  readonly steps: number;
  /** The parameters after the epoch with the least validation loss. */
  readonly best: Float32Array;
  readonly bestEpoch: number;
  readonly history: readonly EpochLoss[];
}

const ARRAYS = 4;

/**
 * The state of one training in a file: a line of JSON, then its arrays as 32-bit floats. Replaced as a whole, so that
 * a training that is ended at any moment can go on from its last epoch.
 */
export class Checkpoint {
  readonly file: string;
  readonly #directory: string;
  readonly #training: string;

  /** `training`: digest of everything that the result depends on. */
  constructor(directory: string, seed: number, training: string) {
    this.#directory = directory;
    this.#training = training;
    this.file = join(directory, `seed-${seed}.checkpoint`);
  }

  /** Undefined where there is none. Throws `checkpoint-invalid` where it is broken or another training's. */
  read(parameters: number): TrainingState | undefined {
    if (!existsSync(this.file)) return undefined;
    const bytes = readFileSync(this.file);
    const end = bytes.indexOf('\n');
    const header = headerSchema.safeParse(parseJson(bytes.subarray(0, Math.max(end, 0)).toString()));
    if (!header.success) throw this.#invalid('is not a checkpoint');
    if (header.data.training !== this.#training) throw this.#invalid('belongs to other data or options');
    const body = bytes.subarray(end + 1);
    if (body.length !== ARRAYS * parameters * Float32Array.BYTES_PER_ELEMENT)
      throw this.#invalid('is cut short');
    // A copy: views of floats must begin at a multiple of four bytes.
    const floats = new Float32Array(Uint8Array.from(body).buffer);
    const array = (i: number): Float32Array => floats.slice(i * parameters, (i + 1) * parameters);
    const { steps, bestEpoch, history } = header.data;
    return {
      parameters: array(0),
      mean: array(1),
      square: array(2),
      best: array(3),
      steps,
      bestEpoch,
      history,
    };
  }

  async write(state: TrainingState): Promise<void> {
    const { parameters, mean, square, best, steps, bestEpoch, history } = state;
    const header = { format: 1, training: this.#training, steps, bestEpoch, history };
    const arrays = [parameters, mean, square, best].map(
      (array) => new Uint8Array(array.buffer, array.byteOffset, array.byteLength),
    );
    await mkdir(this.#directory, { recursive: true });
    await writeWhole(this.file, [`${JSON.stringify(header)}\n`, ...arrays]);
  }

  #invalid(what: string): ForesizeError {
    return new ForesizeError('checkpoint-invalid', `the checkpoint ${this.file} ${what}`);
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
