import type { FunctionState } from '#core/policy/state.ts';
import type { ShownDecision } from './observed.ts';

/** The same decision may be written a moment apart in log and state. */
const SAME_MS = 1000;

/**
 * The decisions of a log, and those changes that only the state remembers, oldest first. The state keeps the last three,
 * also where nobody may read the log.
 */
export function withRemembered(
  logged: readonly ShownDecision[],
  state: FunctionState | undefined,
  { namespace, name }: { readonly namespace: string; readonly name: string },
): readonly ShownDecision[] {
  const isLogged = (at: number): boolean => logged.some((decision) => Math.abs(decision.at - at) <= SAME_MS);
  const remembered = (state?.decisions ?? [])
    .filter(({ at }) => !isLogged(at))
    .map(({ at, reason }): ShownDecision => ({
      namespace,
      name,
      at,
      reason,
      cycle: 0,
      // Only changes are remembered.
      action: 'resize',
      mode: 'apply',
      path: 'none',
      from: null,
      to: null,
      steps: [],
      outcomes: [],
      isRemembered: true,
    }));
  if (remembered.length === 0) return logged;
  return [...logged, ...remembered].sort((a, b) => a.at - b.at);
}
