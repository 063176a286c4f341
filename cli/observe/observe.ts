import { setTimeout as delay } from 'node:timers/promises';
import { lookAround } from '#core/chain/look.ts';
import { ForesizeError } from '#core/errors/error.ts';
import type { UsageMessage } from '#core/messages/usage.ts';
import type { FunctionState } from '#core/policy/state.ts';
import type { Toolkit } from '#forecast/predict-usage.ts';
import { createConfigMapStateStore } from '#platform/state/configmap-state-store.ts';
import { predictInTurns } from '../../functions/predict-resources/predict-in-turns.ts';
import type { ShareProgress } from '../live/share-progress.ts';
import type { Observation, ObservedFunction } from './observation.ts';
import { NO_PAST, type Past } from './past.ts';
import type { Target } from './target.ts';

/** As collect-metrics reads: an hour in steps of 15 s, and the peak until the next decision is in force. */
export const GRID = { stepMs: 15_000, steps: 240, horizonMs: 75_000 } as const;

/** Some twenty functions: between two messages others have their turn. */
const MESSAGE_BYTES = 1_000_000;

/** A source without a past is read this often while it is watched. */
const READ_EVERY_MS = 5_000;

/** Watches the target's source for as long as it needs to say anything. Throws `source-unavailable`. */
export async function watch(
  { source, watchMs }: Target,
  signal: AbortSignal,
  onProgress: ShareProgress['show'],
): Promise<void> {
  const beginMs = Date.now();
  for (let passed = 0; passed < watchMs; passed = Date.now() - beginMs) {
    await source.read(beginMs, signal);
    onProgress(passed / watchMs, 'watching the use of the functions');
    await delay(Math.min(READ_EVERY_MS, Math.max(0, watchMs - passed)), undefined, { signal });
  }
}

/**
 * One look: what runs, what it uses, what is forecast, and what would be recommended. Reads only, and lets others have
 * their turn. Throws `source-unavailable`, `kubernetes-unavailable` and `kubernetes-refused`.
 */
export async function observe(
  target: Target,
  toolkit: Toolkit,
  signal: AbortSignal,
  past: Past = NO_PAST,
): Promise<Observation> {
  const notes: string[] = [];
  const { source, workloads } = target;
  const ports = {
    clock: Date.now,
    source,
    workloads,
    forecast: (usage: UsageMessage) => predictInTurns(usage, toolkit, signal),
    states: () => statesOf(target, notes, signal),
    past: past.hoursOf,
  };
  const look = await lookAround(ports, { ...GRID, messageBytes: MESSAGE_BYTES }, signal);
  return {
    ...look,
    target: target.name,
    functions: look.functions.map((seen) => ({ ...seen, decisions: decisionsOf(seen.state) })),
    notes: [...target.notes(), ...notes, ...past.notes],
  };
}

/** What Foresize remembers; nothing where it does not run, or we may not read it. */
async function statesOf(
  { connection }: Target,
  notes: string[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, FunctionState>> {
  const log = { warn: (_: object, message: string) => notes.push(message) };
  try {
    return (await createConfigMapStateStore(connection, log).load(signal)).functions;
  } catch (error) {
    if (!(error instanceof ForesizeError)) throw error;
    notes.push(
      `what Foresize remembers could not be read, so only what is seen now counts: ${error.message}`,
    );
    return new Map();
  }
}

function decisionsOf(state: FunctionState | undefined): ObservedFunction['decisions'] {
  return state?.decisions.map(({ action, ...rest }) => ({ ...rest, action: actionOf(action) })) ?? [];
}

/** Only changes are remembered; an older state may name others. */
function actionOf(text: string): 'resize' | 'hold' | 'skip' {
  return text === 'hold' || text === 'skip' ? text : 'resize';
}
