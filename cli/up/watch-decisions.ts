import type { Decision } from '#core/messages/decision.ts';
import type { Platform } from '../../local/platform.ts';
import { decisionOf } from '../live/decisions.ts';

/** Tells of each decision that apply-resources logs from now on, until the answer is called. */
export function watchDecisions(
  { workloads }: Pick<Platform, 'workloads'>,
  onDecision: (decision: Decision) => void,
): () => void {
  return workloads.subscribe((event) => {
    if (event.kind !== 'log' || event.line.name !== 'apply-resources') return;
    const decision = decisionOf(event.line.text);
    if (decision !== undefined) onDecision(decision);
  });
}
