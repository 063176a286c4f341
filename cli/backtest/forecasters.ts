import { loadArima } from '#forecast/arima/load-arima.ts';
import { loadLstm } from '#forecast/lstm/load-lstm.ts';
import type { Forecaster } from '#forecast/forecaster.ts';
import { modelKind } from '#forecast/model-folder/read-model-folder.ts';
import { loadSeedLstm } from '#forecast/seed-lstm/load-seed-lstm.ts';
import { type Forecasters, FORECASTERS } from '#forecast/selection.ts';

/**
 * The forecasters a run may use: those without a model, the network of a folder where one is named, and ARIMA where it
 * is asked for: it is slow, and `auto` is not to try it.
 */
export async function forecastersFor(name: string, modelFolder: string | undefined): Promise<Forecasters> {
  const more = [];
  if (modelFolder !== undefined) more.push(await networkOf(modelFolder));
  if (name === 'arima') more.push(await loadArima());
  return new Map([...FORECASTERS, ...more.map((forecaster) => [forecaster.name, forecaster] as const)]);
}

async function networkOf(folder: string): Promise<Forecaster> {
  if ((await modelKind(folder)) === 'seed-lstm') return loadSeedLstm(folder);
  return (await loadLstm(folder)).forecaster;
}
