import {
  busyReport,
  collectCycle,
  type CollectOptions,
  type CollectPorts,
  type CycleReport,
} from '#core/chain/collect.ts';
import { isOver } from '#core/chain/cycle.ts';

export interface Cycles {
  /** Carries this period's cycle out; `busy` if it was claimed before, or while an earlier one is under way. */
  run(): Promise<CycleReport>;
  /** Cuts off what is under way, and waits for its end. */
  stop(): Promise<void>;
}

/** A little less than what the gateway gives a call: whoever still waits is told what became of the cycle. */
const LONGEST_MS = 55_000;

/**
 * Cycles, one at a time, each to its end whoever began it: anyone may call, so a caller who hangs up must not cost the
 * functions their cycle. A call in a period that is taken costs nothing, not even a look at the stored cycle.
 */
export function createCycles(ports: CollectPorts, options: CollectOptions): Cycles {
  const { periodMs } = options;
  const stopping = new AbortController();
  let claimed = -1;
  let underWay: Promise<CycleReport> | null = null;

  const claim = async (cycle: number, signal: AbortSignal): Promise<boolean> => {
    const isOurs = await ports.cycles.claim(cycle, signal);
    if (isOurs) claimed = cycle;
    return isOurs;
  };

  const begin = (): Promise<CycleReport> => {
    const signal = AbortSignal.any([stopping.signal, AbortSignal.timeout(LONGEST_MS)]);
    return collectCycle({ ...ports, cycles: { claim } }, options, signal).finally(() => {
      underWay = null;
    });
  };

  return {
    run() {
      const cycle = Math.floor(ports.clock() / periodMs);
      if (underWay !== null || isOver(cycle, claimed, ports.clock(), periodMs))
        return Promise.resolve(busyReport(cycle));
      underWay = begin();
      return underWay;
    },
    async stop() {
      stopping.abort(new Error('the function is shutting down'));
      await underWay?.catch(() => undefined);
    },
  };
}
