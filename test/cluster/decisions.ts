import { setTimeout as pause } from 'node:timers/promises';
import { decisionSchema, type Decision } from '#core/messages/decision.ts';
import { eventually } from '../support/eventually.ts';
import { type Cluster, logsOf } from './cluster.ts';
import { tellDecision } from './transcript.ts';

/** The decisions of a running apply-resources, from its log. */
export interface DecisionWatch {
  readonly decisions: readonly Decision[];
  /** The first decision of a function, past or to come, that `matches`; its reasons so far where none comes. */
  decisionThat(name: string, matches: (decision: Decision) => boolean, timeoutMs?: number): Promise<Decision>;
  stop(): Promise<void>;
}

const EVERY_MS = 2000;
/** A line is asked for again until it is surely there: the kubelet writes logs a little later. */
const OVERLAP_SECONDS = 4;

/** Follows the logs of all pods of apply-resources, whichever they are. */
export function watchDecisions(cluster: Cluster, namespace: string): DecisionWatch {
  const decisions: Decision[] = [];
  const seen = new Set<string>();
  const stopping = new AbortController();
  let readAtMs = Date.now();

  const look = async (): Promise<void> => {
    const sinceSeconds = Math.ceil((Date.now() - readAtMs) / 1000) + OVERLAP_SECONDS;
    const nowMs = Date.now();
    const logs = await logsOf(cluster, namespace, 'apply-resources', { sinceSeconds });
    for (const line of logs.flatMap((text) => text.split('\n'))) {
      if (seen.has(line)) continue;
      seen.add(line);
      const decision = decisionSchema.safeParse(parse(line));
      if (!decision.success) continue;
      decisions.push(decision.data);
      tellDecision(decision.data);
    }
    readAtMs = nowMs;
  };
  const loop = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      // An API server that is away is one of the stories.
      await look().catch(() => undefined);
      await pause(EVERY_MS, undefined, { signal: stopping.signal }).catch(() => undefined);
    }
  };
  const running = loop();

  return {
    decisions,
    decisionThat: (name, matches, timeoutMs = 240_000) =>
      eventually(
        () => {
          const own = decisions.filter((one) => one.name === name);
          const found = own.find(matches);
          if (found !== undefined) return found;
          throw new Error(`no such decision on ${name}: ${own.map(tell).slice(-8).join(' | ')}`);
        },
        { timeoutMs, everyMs: 500 },
      ),
    async stop() {
      stopping.abort();
      await running;
    },
  };
}

const tell = ({ action, path, reason }: Decision): string => `${action} (${path}): ${reason}`;

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
