import type { Decision, ReplicasDecision } from '../messages/decision.ts';
import { scaledAfter } from '../policy/scaled.ts';
import type { FunctionSettings } from '../policy/settings.ts';
import type { FunctionState } from '../policy/state.ts';
import { PLANNED } from './carry-out.ts';
import type { LiveFunction, Scaler } from './ports.ts';

export interface ScaleOut {
  readonly target: LiveFunction;
  readonly decision: Decision;
  readonly state: FunctionState | undefined;
  readonly settings: FunctionSettings | undefined;
  readonly now: number;
  /** Nothing is changed; the outcome says so. */
  readonly dryRun: boolean;
}

type ScaledOut = Pick<ScaleOut, 'decision' | 'state'>;

/** What the policy has refused already has its outcome. */
function isMeant({ decision, settings }: ScaleOut, { from, to, outcome }: ReplicasDecision): boolean {
  return decision.mode === 'apply' && settings?.replicas === 'scale' && outcome === undefined && from !== to;
}

/** Sets the replicas of a decision where the function allows it, says what became of it, and remembers what was set. */
export async function scaleOut(
  one: ScaleOut,
  scaler: Scaler | undefined,
  signal: AbortSignal,
): Promise<ScaledOut> {
  const { target, decision, state, now, dryRun } = one;
  const replicas = decision.replicas ?? null;
  if (replicas === null || !isMeant(one, replicas)) return { decision, state };
  const told = (outcome: NonNullable<ReplicasDecision['outcome']>): Decision => ({
    ...decision,
    replicas: { ...replicas, outcome },
  });
  if (dryRun) return { decision: told(PLANNED), state };
  if (scaler === undefined) {
    const detail = 'not scaled: this actuator changes no replicas';
    return { decision: told({ result: 'refused', detail }), state };
  }
  const outcome = await scaler.scale(target, replicas.to, signal);
  const isDone = state !== undefined && outcome.result === 'applied';
  const next = isDone ? { ...state, scaled: scaledAfter(state, replicas.from, replicas.to, now) } : state;
  return { decision: told(outcome), state: next };
}
