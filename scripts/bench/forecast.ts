/**
 * CPU time and memory of one forecast, by forecaster and by part, and training time by backend:
 * `npm run bench -- [--quick] [--json] [--no-training]`.
 */
import { parseArgs } from 'node:util';
import { partsOfForecast } from './forecast/parts.ts';
import { SAMPLES } from './forecast/usages.ts';
import { forecastsByNameOnly, wholeForecasts } from './forecast/whole-forecasts.ts';
import { measureInterleaved, type Measured, type Rounds } from './interleaved.ts';
import { runMemoryStage } from './forecast/run-memory-stage.ts';
import { describeMachine } from './machine.ts';
import { type BenchReport, type Costs, textReport } from './report.ts';
import { measureTraining } from './training/training-steps.ts';

const BUDGET_MS = 2;
const FULL: Rounds = { rounds: 15, roundMs: 40 };
const QUICK: Rounds = { rounds: 5, roundMs: 10 };

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    'no-training': { type: 'boolean', default: false },
  },
});
const rounds = values.quick ? QUICK : FULL;
const { allocatedKb, firstMs } = await runMemoryStage();
const withMemory = (measured: readonly Measured[]): Costs[] =>
  measured.map((one) => ({ ...one, allocatedKb: allocatedKb[one.name] ?? NaN }));
const whole = measureInterleaved(await wholeForecasts(), rounds);
const [, ...byNameOnly] = measureInterleaved(await forecastsByNameOnly(), rounds);
const forecasts = withMemory([...whole, ...byNameOnly]);
const parts = withMemory(measureInterleaved(partsOfForecast(), rounds));
const training = values['no-training'] ? [] : await measureTraining(values.quick ? 1 : 5);
const report: BenchReport = {
  machine: describeMachine(),
  date: new Date().toISOString(),
  rounds: rounds.rounds,
  samples: SAMPLES,
  budgetMs: BUDGET_MS,
  firstMs,
  ...{ forecasts, parts, training },
  peakRssMb: process.resourceUsage().maxRSS / 1024,
};
process.stdout.write(values.json ? `${JSON.stringify(report, null, 2)}\n` : textReport(report));
