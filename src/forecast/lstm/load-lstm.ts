import { join } from 'node:path';
import { ForesizeError } from '#core/errors/error.ts';
import type { Forecaster } from '../forecaster.ts';
import { createLstm } from './lstm-forecaster.ts';
import { readLstm } from './model-folder.ts';
import type { LstmShape } from './shape.ts';

export interface LoadedLstm {
  readonly forecaster: Forecaster;
  readonly shape: LstmShape;
}

/** The forecaster of a folder. Throws as `readLstm`, and `model-invalid` where the network lacks a forecast it needs. */
export async function loadLstm(folder: string): Promise<LoadedLstm> {
  const model = await readLstm(folder);
  try {
    return { forecaster: createLstm(model), shape: model.shape };
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new ForesizeError('model-invalid', `${join(folder, 'model.json')} cannot be used: ${reason}`, {
      cause,
    });
  }
}
