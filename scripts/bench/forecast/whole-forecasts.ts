/** One forecast of one function, as predict-resources makes it: CPU, memory and calls, features to selection. */
import { loadArima } from '#forecast/arima/load-arima.ts';
import { chooseBackend } from '#forecast/backend.ts';
import type { Forecaster } from '#forecast/forecaster.ts';
import { createLstm } from '#forecast/lstm/lstm-forecaster.ts';
import { forecastFunction, type Toolkit } from '#forecast/predict-usage.ts';
import { FORECASTERS, type Forecasters } from '#forecast/selection.ts';
import { batchOf } from '#forecast/seed-lstm/load-seed-lstm.ts';
import { seedNetwork } from '#forecast/seed-lstm/network.ts';
import { createSeedLstm } from '#forecast/seed-lstm/seed-lstm.ts';
import type { Subject } from '../interleaved.ts';
import { randomModel } from './network.ts';
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

/** `auto` with the network first, then every forecaster by name. */
export async function wholeForecasts(): Promise<readonly Subject[]> {
  const lstm = createLstm(randomModel(32));
  const withModel = new Map([...FORECASTERS, [lstm.name, lstm] as const]);
  const byNameOnly = [await seedLstm(), await loadArima()];
  const names = [...withModel.keys()];
  return [
    subjectOf('auto', 'auto', withModel),
    subjectOf('auto without a model', 'auto', FORECASTERS),
    ...names.map((name) => subjectOf(name, name, withModel)),
    ...byNameOnly.map((one) => subjectOf(one.name, one.name, new Map([[one.name, one]]))),
  ];
}
