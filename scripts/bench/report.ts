/** What the benchmark found, as a table for people and as JSON for comparison. */
import { textTable } from '#core/text-table.ts';
import type { Measured } from './interleaved.ts';
import type { Machine } from './machine.ts';
import type { TrainingCost } from './training/training-steps.ts';

export interface Costs extends Measured {
  /** What one repetition asks for, on the heap and in typed arrays, before any is given back. */
  readonly allocatedKb: number;
}

export interface BenchReport {
  readonly machine: Machine;
  readonly date: string;
  readonly rounds: number;
  readonly samples: number;
  /** CPU time that one forecast may take. */
  readonly budgetMs: number;
  /** CPU time of the very first forecast of a process, with `auto` and a model. */
  readonly firstMs: number;
  readonly forecasts: readonly Costs[];
  readonly parts: readonly Costs[];
  /** Empty where it was left out. */
  readonly training: readonly TrainingCost[];
  /** Of this process, at its largest; with all forecasters and backends loaded. */
  readonly peakRssMb: number;
}

const HEAD = ['CPU ms, median', 'IQR', 'ratio', 'kB'];

function rowsOf(measured: readonly Costs[]): string[][] {
  return measured.map(({ name, cpuMs, ratio, allocatedKb }) => [
    name,
    cpuMs.median.toFixed(3),
    `${cpuMs.low.toFixed(3)}–${cpuMs.high.toFixed(3)}`,
    ratio.toFixed(2),
    allocatedKb.toFixed(0),
  ]);
}

function trainingTable(training: readonly TrainingCost[]): string {
  const rows = training.map(({ what, backend, seconds, cpuSeconds, extrapolated }) => [
    what,
    backend,
    seconds === null ? '–' : seconds.median.toFixed(3),
    seconds === null ? '–' : `${seconds.low.toFixed(3)}–${seconds.high.toFixed(3)}`,
    cpuSeconds === null ? '–' : cpuSeconds.toFixed(3),
    extrapolated,
  ]);
  return textTable(['training', 'backend', 's, median', 'IQR', 'CPU s', 'extrapolated to'], rows);
}

export function textReport(report: BenchReport): string {
  const { machine, rounds, samples, budgetMs, firstMs, forecasts, parts, training, peakRssMb } = report;
  const { cpu, cores, memoryGb, node, os } = machine;
  return [
    `${cpu}, ${cores} cores, ${memoryGb} GB; Node.js ${node}, ${os}\n`,
    `${samples} samples of CPU, memory and calls; ${rounds} rounds in turn; ratios to the first row, round by round\n`,
    `budget of a forecast: ${budgetMs} ms of CPU; the first of a process: ${firstMs.toFixed(0)} ms; `,
    `peak of this process: ${peakRssMb.toFixed(0)} MB\n\n`,
    `${textTable(['one forecast of one function', ...HEAD], rowsOf(forecasts))}\n`,
    textTable(['part of a forecast (CPU unless said)', ...HEAD], rowsOf(parts)),
    training.length === 0 ? '' : `\n${trainingTable(training)}`,
  ].join('');
}
