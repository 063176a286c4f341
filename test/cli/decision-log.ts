import { decide } from '#core/policy/decide.ts';
import type { FunctionState } from '#core/policy/state.ts';
import { recordOf } from '#core/replay/decision-record.ts';
import { HOUR, inputOf, MI, NOW, SIZES, type Situation, watched } from '../core/policy/situation.ts';

const EVIDENCE = { 'foresize/evidence': '1h', 'foresize/cooldown': '1h' };
const CALM = { lastCpuCores: 0.02, maximumCpuCores: 0.02, lastMemoryBytes: 110 * MI };

/** Twenty minutes of a function that shrinks its request at once, and would again if its cooldown let it. */
export function linesOfLog(): string[] {
  const lines: string[] = [];
  let state: FunctionState = watched(NOW - 2 * HOUR, CALM, EVIDENCE);
  let sizes = SIZES;
  for (let now = NOW; now < NOW + HOUR / 3; now += 60_000) {
    const situation: Situation = { now, state, sizes, cpu: 0.02, signals: CALM };
    const input = inputOf({ ...situation, annotations: EVIDENCE });
    const live = {
      ...input.live,
      annotations: { 'foresize/mode': 'apply', 'foresize/gate': 'off', ...EVIDENCE },
    };
    const whole = { ...input, live, cyclePeriodMs: 60_000 };
    const decided = decide(whole);
    lines.push(JSON.stringify({ event: 'decision', ...recordOf(decided.decision, whole) }));
    ({ state } = decided);
    if (decided.decision.action === 'resize' && decided.decision.to !== null) sizes = decided.decision.to;
  }
  return lines;
}
