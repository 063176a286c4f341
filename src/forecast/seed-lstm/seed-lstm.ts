import { carried } from '../carried.ts';
import type { Forecaster, MetricWindow } from '../forecaster.ts';
import { peaksAround } from '../persistence.ts';
import { at } from '../trailing-maximum.ts';
import { SEED_SHAPE } from './network.ts';
import { restore, type StandardScaler, standardise } from './standard-scaler.ts';
import { lagsBefore } from './supervised.ts';

/** The trained network of the study. */
export interface SeedLstmModel {
  /** Fitted to what it was trained on. */
  readonly scalers: Readonly<Record<MetricWindow['metric'], StandardScaler>>;
  /** Inputs rows × 3 lags × (memory, CPU), oldest lag first; outputs rows × (memory, CPU); all z-scores. */
  readonly predict: (inputs: Float32Array, rows: number) => Float32Array;
}

/**
 * The study's network as a forecaster, for comparison: the next value from the last three of CPU and memory, all rows
 * of a window in one batch. It foresees no peaks: they lie above its next value as past peaks lay above theirs.
 * Where it can say nothing (fewer than three samples, or the other metric unknown) the next value is the last one.
 */
export function createSeedLstm(model: SeedLstmModel): Forecaster {
  return {
    name: 'seed-lstm',
    minimumSamples: SEED_SHAPE.lags,
    calibrated: true,
    forecast(window) {
      const next = nextValues(model, window);
      return { next, peak: peaksAround(next, window) };
    },
  };
}

function nextValues({ scalers, predict }: SeedLstmModel, window: MetricWindow): Float64Array {
  const next = carried(window.values);
  const other = carried(window.other ?? new Float64Array(0));
  const [memory, cpu] = window.metric === 'memory' ? [next, other] : [other, next];
  const columns = [standardise(memory, scalers.memory), standardise(cpu, scalers.cpu)];
  const rows: number[] = [];
  const inputs: number[] = [];
  for (let i = 0; i < next.length; i++) {
    const lags = lagsBefore(columns, i + 1, SEED_SHAPE.lags);
    if (lags.some(Number.isNaN)) continue;
    rows.push(i);
    inputs.push(...lags);
  }
  if (rows.length === 0) return next;
  const outputs = predict(Float32Array.from(inputs), rows.length);
  const variable = window.metric === 'memory' ? 0 : 1;
  const scores = Float64Array.from(rows, (_, k) => outputs[SEED_SHAPE.variables * k + variable] ?? NaN);
  const values = restore(scores, scalers[window.metric]);
  for (const [k, row] of rows.entries()) {
    if (Number.isFinite(at(values, k))) next[row] = at(values, k);
  }
  return next;
}
