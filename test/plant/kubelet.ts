import type { ContainerSeries } from '#core/usage/reading.ts';
import type { Random } from '../../invoker/random.ts';
import type { PlantPod } from './pod.ts';

/** cAdvisor looks at a container about this often. */
const HOUSEKEEPING = { every: 10, jitter: 2 } as const;

const WIDTH = 8;

interface Run {
  readonly pod: string;
  readonly startedAtMs: number;
  /** Rows of time, CPU, throttled seconds and periods, memory, OOM events, CPU and memory limit. */
  readonly rows: number[][];
}

/** One pod's samples as they are scraped from its kubelet: at times of cAdvisor's own, a new series for each run. */
export class Kubelet {
  readonly #pod: PlantPod;
  readonly #functionName: string;
  readonly #epochMs: number;
  readonly #random: Random;
  readonly #runs: Run[] = [];
  nextSampleAt: number;
  #sample: number[] | null = null;
  #sampleRun = 0;
  /** As the scrape before saw it: a limit read after a sample need not have held then. */
  #limits: readonly [number, number];

  constructor(pod: PlantPod, functionName: string, epochMs: number, random: Random) {
    this.#pod = pod;
    this.#functionName = functionName;
    this.#epochMs = epochMs;
    this.#random = random;
    this.nextSampleAt = pod.now + HOUSEKEEPING.every * random();
    this.#limits = this.#limitsNow();
  }

  housekeep(): void {
    this.nextSampleAt += HOUSEKEEPING.every + HOUSEKEEPING.jitter * (2 * this.#random() - 1);
    const { run, phase, now, memoryBytes, inForce } = this.#pod;
    if (phase === 'waiting') {
      this.#sample = null;
      return;
    }
    const limited = (value: number): number => (inForce.cpuLimitCores === null ? NaN : value);
    this.#sampleRun = this.#pod.runs;
    this.#sample = [
      this.#epochMs + Math.round(now * 1000),
      run.cpuSeconds,
      limited(run.throttledSeconds),
      limited(run.throttledPeriods),
      memoryBytes,
      0,
    ];
  }

  /** The newest sample, if it is a new one. */
  scrape(): void {
    const held = this.#limits;
    this.#limits = this.#limitsNow();
    const sample = this.#sample;
    this.#sample = null;
    if (sample === null) return;
    this.#runs[this.#sampleRun] ??= {
      pod: this.#pod.name,
      startedAtMs: this.#epochMs + Math.round(this.#pod.runStartedAt * 1000),
      rows: [],
    };
    this.#runs[this.#sampleRun]?.rows.push([...sample, ...held]);
  }

  series(fromMs: number): ContainerSeries[] {
    const all: ContainerSeries[] = [];
    this.#runs.forEach(({ pod, startedAtMs, rows }, run) => {
      const kept = rows.filter(([timeMs = 0]) => timeMs >= fromMs);
      if (kept.length < rows.length) this.#runs[run] = { pod, startedAtMs, rows: kept };
      if (kept.length > 0) all.push(this.#toSeries(pod, startedAtMs, kept));
    });
    return all;
  }

  #limitsNow(): readonly [number, number] {
    const { cpuLimitCores, memoryLimitBytes } = this.#pod.inForce;
    return [cpuLimitCores ?? NaN, memoryLimitBytes ?? NaN];
  }

  #toSeries(pod: string, startedAtMs: number, rows: readonly (readonly number[])[]): ContainerSeries {
    const columns = Array.from({ length: WIDTH }, (_, column) =>
      Float64Array.from(rows, (row) => row[column] ?? NaN),
    );
    const column = (index: number): Float64Array => columns[index] ?? new Float64Array(0);
    return {
      namespace: 'openfaas-fn',
      pod,
      container: this.#functionName,
      startedAtMs,
      timesMs: column(0),
      cpuSeconds: column(1),
      throttledSeconds: column(2),
      throttledPeriods: column(3),
      memoryBytes: column(4),
      oomEvents: column(5),
      cpuLimitCores: column(6),
      memoryLimitBytes: column(7),
    };
  }
}
