import { decisionOf } from '../live/decisions.ts';
import { readPodLogs } from '../observe/pod-logs.ts';
import type { Target } from '../observe/target.ts';
import { createDecisionMemory } from './decision-memory.ts';
import type { Decisions } from './decisions.ts';

/** A line with its input takes some kilobytes, and each function has one a cycle. */
const TAIL_LINES = 5000;

/** Decisions out of the log of apply-resources' pods: its end at first, then what is new. None where it may not be read. */
export function createLoggedDecisions(target: Pick<Target, 'server' | 'namespace'>): Decisions {
  const memory = createDecisionMemory();
  let newestMs: number | null = null;
  return {
    of: memory.of,
    async refresh(signal) {
      const part = newestMs === null ? { tailLines: TAIL_LINES } : { sinceMs: newestMs };
      for (const line of await readPodLogs(target, 'apply-resources', part, signal)) {
        const decision = decisionOf(line);
        if (decision === undefined) continue;
        memory.add(decision);
        newestMs = Math.max(newestMs ?? 0, decision.at);
      }
    },
  };
}
