import type { FunctionState } from '../policy/state.ts';

/** What was learned stays, what was not carried out is not remembered as done. */
export function withoutApplication(
  state: FunctionState | undefined,
  before: FunctionState | undefined,
): FunctionState | undefined {
  if (!state) return before;
  return {
    ...state,
    applied: before?.applied ?? null,
    appliedAt: before?.appliedAt ?? null,
    changed: before?.changed ?? state.changed.map(() => null),
    oom: before?.oom ?? null,
    shrunk: before?.shrunk ?? null,
    canary: before?.canary ?? null,
    armed: before?.armed ?? state.armed.map(() => null),
    quarantine: before?.quarantine ?? state.quarantine.map(() => null),
  };
}
