/** What one repetition of every subject asks for in memory, in a process of its own, as JSON on stdout. */
import process from 'node:process';
import type { Subject } from '../interleaved.ts';
import { cpuMsSince } from '../measure.ts';
import { spreadOf } from '../spread.ts';
import { partsOfForecast } from './parts.ts';
import { forecastsByNameOnly, wholeForecasts } from './whole-forecasts.ts';

export interface MemoryReport {
  /** By the name of the subject. */
  readonly allocatedKb: Readonly<Record<string, number>>;
  /** CPU time of the first repetition of the first subject: nothing is compiled yet. */
  readonly firstMs: number;
}

/** Enough for V8 to compile what it is going to: compiled code allocates less. */
const WARM = 200;
const WARM_MS = 300;
const REPETITIONS = 5;

let repetition = 0;

function allocatedKb({ work }: Subject): number {
  const until = performance.now() + WARM_MS;
  for (let i = 0; i < WARM && performance.now() < until; i++) work(repetition++);
  const grown = Array.from({ length: REPETITIONS }, () => {
    globalThis.gc?.();
    const before = process.memoryUsage();
    work(repetition++);
    const after = process.memoryUsage();
    return after.heapUsed + after.arrayBuffers - before.heapUsed - before.arrayBuffers;
  });
  return spreadOf(grown).median / 1024;
}

const forecasts = await wholeForecasts();
const before = process.cpuUsage();
forecasts[0]?.work(repetition++);
const firstMs = cpuMsSince(before);
const byNameOnly = (await forecastsByNameOnly()).slice(1);
const subjects = [...forecasts, ...partsOfForecast(), ...byNameOnly];
const report: MemoryReport = {
  allocatedKb: Object.fromEntries(subjects.map((subject) => [subject.name, allocatedKb(subject)])),
  firstMs,
};
process.stdout.write(JSON.stringify(report));
