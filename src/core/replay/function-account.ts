import type { DecideInput } from '../policy/context.ts';
import type { Metric } from '../policy/resources.ts';
import { type Outcome, outcomeOf, tally } from './account.ts';

const CYCLE_MS = 15_000;

/** What became of one function's requests, from one decision to the next. */
export interface FunctionOutcome {
  readonly decisions: number;
  readonly resizes: number;
  readonly resizesPerHour: number | null;
  readonly cpu: Outcome;
  readonly memory: Outcome;
}

/** Use beside the request that was in force when it was read, cycle by cycle. */
export class FunctionAccount {
  #resizes = 0;
  #cycleMs = CYCLE_MS;
  readonly #use: Record<Metric, number[]> = { cpu: [], memory: [] };
  readonly #requests: Record<Metric, number[]> = { cpu: [], memory: [] };
  readonly #censored: number[] = [];

  add({ forecast: { signals }, live, now, cyclePeriodMs = CYCLE_MS }: DecideInput, isResize: boolean): void {
    this.#cycleMs = cyclePeriodMs;
    if (isResize) this.#resizes++;
    const [pod] = live.pods;
    this.#use.cpu.push(signals.lastCpuCores ?? NaN);
    this.#use.memory.push(signals.lastMemoryBytes ?? NaN);
    this.#requests.cpu.push(pod?.inForce.cpuRequestCores ?? NaN);
    this.#requests.memory.push(pod?.inForce.memoryRequestBytes ?? NaN);
    const { censoredAtMs } = signals;
    this.#censored.push(censoredAtMs !== null && now - censoredAtMs < cyclePeriodMs ? 1 : 0);
  }

  get outcome(): FunctionOutcome {
    const decisions = this.#censored.length;
    const hours = (decisions * this.#cycleMs) / 3_600_000;
    return {
      decisions,
      resizes: this.#resizes,
      resizesPerHour: hours > 0 ? this.#resizes / hours : null,
      cpu: this.#outcome('cpu'),
      memory: this.#outcome('memory'),
    };
  }

  #outcome(metric: Metric): Outcome {
    const use = Float64Array.from(this.#use[metric]);
    const none = new Uint8Array(use.length);
    const censored = metric === 'cpu' ? Uint8Array.from(this.#censored) : none;
    const series = { metric, values: use, use, censored, limit: null, stepMs: this.#cycleMs };
    const timing = { from: 0, to: use.length, cadenceSteps: 1, delaySteps: 0 };
    return outcomeOf(tally(series, Float64Array.from(this.#requests[metric]), timing));
  }
}
