import type { FunctionHistory } from '#core/replay/history.ts';
import { FORECASTERS } from '#forecast/selection.ts';
import { seededRandom } from '../../../invoker/random.ts';
import type { BacktestOptions } from '../../../training/backtest/options.ts';

export const MI = 2 ** 20;

/** Use that drifts and jumps, the same for the same seed. */
export function traceOf(rows: number, change: Partial<FunctionHistory> = {}, seed = 1): FunctionHistory {
  const random = seededRandom(seed);
  const cpuCores = new Float64Array(rows);
  const memoryBytes = new Float64Array(rows);
  let level = 0.05;
  for (let i = 0; i < rows; i++) {
    level = Math.max(0.005, 0.9 * level + 0.005 + 0.02 * (random() - 0.5) + (random() < 0.03 ? 0.1 : 0));
    cpuCores[i] = level;
    memoryBytes[i] = (30 + 2 * Math.sin(i / 40) + random() / 10) * MI;
  }
  return {
    name: 'resize',
    namespace: 'openfaas-fn',
    startMs: Date.UTC(2026, 0, 5),
    stepMs: 15_000,
    cpuCores,
    cpuMeanMs: 300_000,
    memoryBytes,
    callsStarted: null,
    cpuLimitCores: null,
    memoryLimitBytes: null,
    oomKillsMs: [],
    ...change,
  };
}

/** As the command line's defaults, with persistence, which costs least. */
export const OPTIONS: BacktestOptions = {
  cadenceMs: 60_000,
  delayMs: 15_000,
  forecaster: 'persistence',
  forecasters: FORECASTERS,
  policy: 'requests',
  annotations: {},
  phases: 4,
};
