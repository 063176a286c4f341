/** One forecast of one function, as predict-resources makes it: CPU, memory and calls, features to selection. */
import { loadArima } from '#forecast/arima/load-arima.ts';
import { createLstm } from '#forecast/lstm/lstm-forecaster.ts';
import { forecastFunction, type Toolkit } from '#forecast/predict-usage.ts';
import { FORECASTERS, type Forecasters } from '#forecast/selection.ts';
import type { Subject } from '../interleaved.ts';
import { randomModel } from './network.ts';
import { GRID, inTurn, usageOf } from './usages.ts';

const USAGES = 64;

function subjectOf(name: string, forecaster: string, forecasters: Forecasters): Subject {
  const usage = inTurn(Array.from({ length: USAGES }, (_, seed) => usageOf(seed, forecaster)));
  const toolkit: Toolkit = { forecasters, model: 'bench' };
  return { name, work: (repetition) => forecastFunction(usage(repetition), GRID, toolkit) };
}

/** `auto` with the network first, then every forecaster by name. */
export async function wholeForecasts(): Promise<readonly Subject[]> {
  const lstm = createLstm(randomModel(32));
  const arima = await loadArima();
  const withModel = new Map([...FORECASTERS, [lstm.name, lstm] as const]);
  const withArima = new Map([...FORECASTERS, [arima.name, arima] as const]);
  const names = [...withModel.keys()];
  return [
    subjectOf('auto', 'auto', withModel),
    subjectOf('auto without a model', 'auto', FORECASTERS),
    ...names.map((name) => subjectOf(name, name, withModel)),
    subjectOf(arima.name, arima.name, withArima),
  ];
}
