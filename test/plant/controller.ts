import { applyForecasts } from '#core/chain/apply.ts';
import { collectCycle } from '#core/chain/collect.ts';
import type { ApplyPorts } from '#core/chain/apply.ts';
import type { CollectOptions } from '#core/chain/collect.ts';
import type { LiveFunction, MetricsSource, StoredState, Workloads } from '#core/chain/ports.ts';
import type { Decision } from '#core/messages/decision.ts';
import type { DecideInput } from '#core/policy/context.ts';
import type { FunctionState } from '#core/policy/state.ts';
import { isSame } from '#core/policy/resources.ts';
import type { PodFacts, Resources } from '#core/usage/reading.ts';
import { predictUsage, type Toolkit } from '#forecast/predict-usage.ts';

export const CYCLE_MS = 15_000;

/** As collect-metrics asks: an hour of history, and the peak until the next sizing is in force. */
const COLLECT: CollectOptions = {
  installation: 'plant',
  periodMs: CYCLE_MS,
  stepMs: 15_000,
  steps: 240,
  horizonMs: 75_000,
  shardBytes: 4_000_000,
  parallel: 1,
};

/** What the controller sees of the plant and does to it. */
export interface Surroundings {
  readonly nowMs: () => number;
  readonly read: MetricsSource['read'];
  readonly live: () => LiveFunction;
  readonly resize: (pod: PodFacts, to: Resources) => void;
  readonly nodeCores: number;
  /** The forecasters; without it, those that need no model. */
  readonly toolkit: Toolkit | undefined;
}

/** A decision and what it was made on. */
export interface Logged {
  readonly decision: Decision;
  readonly input: DecideInput | undefined;
}

/** The product's own chain around a plant: collect, predict, decide, apply, over ports held in memory. */
export class Controller {
  readonly decisions: Decision[] = [];
  /** As the decision log has them. */
  readonly log: Logged[] = [];
  #stored: StoredState;
  #cycle = -1;
  readonly #surroundings: Surroundings;
  readonly #never = new AbortController().signal;

  constructor(surroundings: Surroundings, remembered: FunctionState | undefined) {
    this.#surroundings = surroundings;
    const { namespace, name } = surroundings.live();
    const functions = new Map(remembered === undefined ? [] : [[`${namespace}/${name}`, remembered]]);
    this.#stored = { suite: { cycles: {} }, functions };
  }

  get state(): FunctionState | undefined {
    return [...this.#stored.functions.values()][0];
  }

  async cycle(): Promise<void> {
    const { nowMs, read, toolkit } = this.#surroundings;
    const workloads = this.#workloads();
    const ports = this.#applyPorts(workloads);
    const options = { cyclePeriodMs: CYCLE_MS, sizingPeriodMs: 60_000 };
    const report = await collectCycle(
      {
        clock: nowMs,
        cycles: { claim: (cycle) => Promise.resolve(this.#claim(cycle)) },
        source: { name: 'scrape', read },
        workloads,
        carrier: {
          carry: (usage, signal) => applyForecasts(predictUsage(usage, toolkit), ports, options, signal),
        },
      },
      COLLECT,
      this.#never,
    );
    const [failure] = report.failures;
    if (failure !== undefined) throw new Error(failure);
  }

  #claim(cycle: number): boolean {
    if (cycle <= this.#cycle) return false;
    this.#cycle = cycle;
    return true;
  }

  #workloads(): Workloads {
    const { live, nodeCores } = this.#surroundings;
    const node = { name: 'node-1', allocatableCpuCores: nodeCores, allocatableMemoryBytes: 16 * 2 ** 30 };
    return { functions: () => Promise.resolve([live()]), nodes: () => Promise.resolve([node]) };
  }

  #applyPorts(workloads: Workloads): ApplyPorts {
    const { nowMs, resize } = this.#surroundings;
    return {
      clock: nowMs,
      workloads,
      state: {
        load: () => Promise.resolve(this.#stored),
        save: (next) => {
          this.#stored = next;
          return Promise.resolve();
        },
      },
      actuator: {
        name: 'kubernetes',
        plan: (target, to) =>
          target.pods.filter((pod) => !isSame(pod.desired, to)).map((pod) => ({ pod, to })),
        apply: ({ pod, to }) => {
          resize(pod, to);
          return Promise.resolve({ pod: pod.pod, result: 'applied' as const, detail: 'in force' });
        },
      },
      log: {
        append: (decision, input) => {
          this.decisions.push(decision);
          this.log.push({ decision, input });
        },
      },
    };
  }
}
