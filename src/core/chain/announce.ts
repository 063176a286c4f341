import type { Decision } from '../messages/decision.ts';
import { rolledBack } from '../policy/rules/rollback.ts';
import type { Announcer, LiveFunction } from './ports.ts';

/** Tells of what became of a decision at each of its pods; what only waits is told once it has come to something. */
export function announce(decision: Decision, target: LiveFunction, announcer: Announcer): void {
  const isRollback = rolledBack(decision).length > 0;
  for (const { pod: name, result, condition, detail } of decision.outcomes) {
    const pod = target.pods.find((candidate) => candidate.pod === name);
    if (pod === undefined) continue;
    if (result === 'applied' || result === 'pending') {
      if (decision.action !== 'resize') continue;
      const kind = isRollback ? 'RolledBack' : 'FunctionResized';
      const waits = result === 'pending' ? ` (${detail})` : '';
      announcer.announce({ pod, kind, message: `${decision.reason}${waits}` });
    }
    if (condition === 'Infeasible') announcer.announce({ pod, kind: 'ResizeInfeasible', message: detail });
  }
}
