/** The parts of a forecast, each on what those before it made. A new part is a line in `parts`. */
import { calibratedPath } from '#forecast/calibrated-path.ts';
import { respondToCalls } from '#forecast/calls/call-response.ts';
import { factsOf } from '#forecast/calls/window-facts.ts';
import { followChoice } from '#forecast/choice.ts';
import type { Forecaster, ForecastPath, MetricWindow } from '#forecast/forecaster.ts';
import { lstmInputs } from '#forecast/lstm/inputs.ts';
import { LstmKernel } from '#forecast/lstm/kernel.ts';
import { ScalarKernel } from '#forecast/lstm/scalar-kernel.ts';
import { toQuantiles } from '#forecast/lstm/quantile-heads.ts';
import { outputColumns } from '#forecast/lstm/shape.ts';
import { windowsOf } from '#forecast/metric-window.ts';
import { pastPeaks } from '#forecast/past-peaks.ts';
import {
  FEWEST_SCORED,
  nextErrors,
  peakCoverage,
  peakLosses,
  scoredOrigins,
  skillOf,
} from '#forecast/score.ts';
import { FORECASTERS, selectForecaster } from '#forecast/selection.ts';
import type { Subject } from '../interleaved.ts';
import { randomModel } from './network.ts';
import { GRID, inTurn, SAMPLES, usageOf } from './usages.ts';

const USAGES = 64;

/** What the parts of one window's forecast are given. */
interface Stage {
  readonly usage: ReturnType<typeof usageOf>;
  readonly cpu: MetricWindow;
  readonly usable: Uint8Array;
  readonly peaks: Float64Array;
  readonly origins: readonly number[];
  readonly raw: ForecastPath;
  readonly path: ForecastPath;
  readonly losses: readonly Float64Array[];
  readonly inputs: Float32Array;
  readonly outputs: Float32Array;
}

const MODEL = randomModel(32);
const KERNEL = new LstmKernel(MODEL.shape, MODEL.weights);
const SCALAR_KERNEL = new ScalarKernel(MODEL.shape, MODEL.weights);

/** A forecaster whose path is there already: what is left is its calibration. */
const ready = (path: ForecastPath): Forecaster => ({
  name: 'ready',
  minimumSamples: 1,
  forecast: () => path,
});

function stageOf(seed: number): Stage {
  const usage = usageOf(seed, 'auto');
  const { cpu } = windowsOf(usage, GRID);
  const peaks = pastPeaks(cpu);
  const origins = scoredOrigins(peaks, cpu.horizonSteps);
  const raw = factsPath(cpu);
  const path = calibratedPath(ready(raw), cpu, peaks);
  const losses = [...FORECASTERS.values()].map((forecaster) =>
    peakLosses(calibratedPath(forecaster, cpu, peaks), peaks, origins),
  );
  const inputs = lstmInputs(factsOf(cpu), MODEL.shape.features);
  const outputs = new Float32Array(SAMPLES * outputColumns(MODEL.shape));
  KERNEL.run(inputs, SAMPLES, outputs);
  const usable = cpu.values.map((value) => (Number.isNaN(value) ? 0 : 1));
  return { usage, cpu, usable: Uint8Array.from(usable), peaks, origins, raw, path, losses, inputs, outputs };
}

/** A path as wide as a network's: peaks around the nowcast, in scales. */
function factsPath(window: MetricWindow): ForecastPath {
  const { nowcast, scale } = factsOf(window);
  const at = (level: number): Float64Array => nowcast.map((value, i) => value + level * (scale[i] ?? 0));
  return { next: nowcast, peak: { p50: at(0), p90: at(0.2), p95: at(0.3), p99: at(0.5) }, unit: scale };
}

/** As new: nothing that was worked out for it is known any more. */
const fresh = (window: MetricWindow): MetricWindow => ({ ...window });

type Part = (stage: Stage) => unknown;

const PARTS: Readonly<Record<string, Part>> = {
  'whole CPU forecast, auto without a model': ({ cpu }) => selectForecaster('auto', fresh(cpu)),
  'grid, 60 s means, censoring (both metrics)': ({ usage }) => windowsOf(usage, GRID),
  'past peaks': ({ cpu }) => pastPeaks(fresh(cpu)),
  'response to calls': ({ cpu, usable }) => respondToCalls(cpu.values, cpu.calls, usable, cpu.stepMs),
  'response to calls, nowcast, scale': ({ cpu }) => factsOf(fresh(cpu)),
  'inputs of the network, after those': ({ cpu }) => lstmInputs(factsOf(cpu), MODEL.shape.features),
  'kernel, LSTM(32), as chosen on this machine': ({ inputs, outputs }) => {
    KERNEL.run(inputs, SAMPLES, outputs);
  },
  'kernel, LSTM(32), in plain JavaScript': ({ inputs, outputs }) => {
    SCALAR_KERNEL.run(inputs, SAMPLES, outputs);
  },
  'quantile heads': ({ inputs, outputs }) => {
    toQuantiles(MODEL.shape, inputs, SAMPLES, outputs.slice());
  },
  'calibration of one path': ({ cpu, peaks, raw }) => calibratedPath(ready(raw), cpu, peaks),
  'skill and coverage of one path': ({ cpu, peaks, path, losses: [baseline] }) => {
    const origins = scoredOrigins(peaks, cpu.horizonSteps);
    const losses = peakLosses(path, peaks, origins);
    const errors = nextErrors(path, cpu.values, origins);
    return [skillOf(losses, baseline ?? losses, 1), peakCoverage(path, peaks, origins), errors];
  },
  selection: ({ losses }) => followChoice(losses, 0, FEWEST_SCORED),
};

/** Rows of one forecaster alone, on the metric it is for. */
function rowsOf(forecaster: Forecaster): [string, Part] {
  return [`rows of ${forecaster.name}`, ({ cpu }) => forecaster.forecast(fresh(cpu))];
}

export function partsOfForecast(): readonly Subject[] {
  const stage = inTurn(Array.from({ length: USAGES }, (_, seed) => stageOf(seed)));
  const rows = [...FORECASTERS.values()].map(rowsOf);
  return [...Object.entries(PARTS), ...rows].map(([name, part]) => ({
    name,
    work: (repetition) => part(stage(repetition)),
  }));
}
