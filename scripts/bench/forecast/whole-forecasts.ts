/** One forecast of one function, as predict-resources makes it: CPU, memory and calls, features to selection. */
import { loadArima } from '#forecast/arima/load-arima.ts';
import { chooseBackend } from '#forecast/backend.ts';
import type { Forecaster } from '#forecast/forecaster.ts';
import { loadLstm } from '#forecast/lstm/load-lstm.ts';
import { forecastFunction, type Toolkit } from '#forecast/predict-usage.ts';
import { FORECASTERS, type Forecasters } from '#forecast/selection.ts';
import { batchOf } from '#forecast/seed-lstm/load-seed-lstm.ts';
import { seedNetwork } from '#forecast/seed-lstm/network.ts';
import { createSeedLstm } from '#forecast/seed-lstm/seed-lstm.ts';
import { lstmFolder } from '../../../cli/models/lstm-folder.ts';
import type { Subject } from '../interleaved.ts';
import { GRID, inTurn, usageOf } from './usages.ts';

const USAGES = 64;

function subjectOf(name: string, forecaster: string, forecasters: Forecasters): Subject {
  const usage = inTurn(Array.from({ length: USAGES }, (_, seed) => usageOf(seed, forecaster)));
  const toolkit: Toolkit = { forecasters, model: 'bench' };
  return { name, work: (repetition) => forecastFunction(usage(repetition), GRID, toolkit) };
}

/** The study's network, untrained: TensorFlow.js on WebAssembly where that works. */
async function seedLstm(): Promise<Forecaster> {
  const { tf } = await chooseBackend('inference');
  const scalers = { cpu: { mean: 0.1, deviation: 0.1 }, memory: { mean: 3e7, deviation: 1e7 } };
  return createSeedLstm({ scalers, predict: batchOf(tf, seedNetwork(tf)) });
}

const AUTO = 'auto';

/** `auto` with the network shipped first, as predict-resources forecasts; then every forecaster it compares, by name. */
export async function wholeForecasts(): Promise<readonly Subject[]> {
  const withModel = await withNetwork();
  return [
    subjectOf(AUTO, AUTO, withModel),
    subjectOf('auto without a model', AUTO, FORECASTERS),
    ...[...withModel.keys()].map((name) => subjectOf(name, name, withModel)),
  ];
}

/** `auto` again, to hold them against, and the forecasters that only a name gets: beside them others run with cold caches. */
export async function forecastsByNameOnly(): Promise<readonly Subject[]> {
  const byNameOnly = [await seedLstm(), await loadArima()];
  return [
    subjectOf(AUTO, AUTO, await withNetwork()),
    ...byNameOnly.map((one) => subjectOf(one.name, one.name, new Map([[one.name, one]]))),
  ];
}

async function withNetwork(): Promise<Forecasters> {
  const { forecaster } = await loadLstm(lstmFolder());
  return new Map([...FORECASTERS, [forecaster.name, forecaster] as const]);
}
