import type { Decision } from '../messages/decision.ts';
import type { FunctionState } from './state.ts';
import { writeState } from './written-state.ts';

/** Bytes of a function's state as it is written; a ConfigMap of 1 MiB then holds a thousand functions. */
const STATE_BYTES = 1000;

const REMEMBERED = 3;

/** encodeURIComponent writes each byte that is not plain ASCII as %XX. */
const bytesOf = (text: string): number => encodeURIComponent(text).replaceAll(/%[0-9A-F]{2}/g, '.').length;

const sizeOf = (state: FunctionState): number => bytesOf(writeState(state));

/** Cut at a character, with the room that the ellipsis takes; never between the halves of one. */
function cutTo(text: string, bytes: number): string {
  if (bytesOf(text) <= bytes) return text;
  let cut = '';
  for (const character of text) {
    if (bytesOf(cut) + bytesOf(character) > bytes - 3) break;
    cut += character;
  }
  return `${cut}…`;
}

/**
 * The state with its reasons cut evenly, and the oldest left out, until it fits; then without the oldest back-offs, whose
 * sizes are asked for sooner. What sizes rest on stays, even in a state that is larger for it.
 */
function fitted(state: FunctionState): FunctionState {
  for (let kept = state.decisions.length; kept > 0; kept -= 1) {
    const decisions = state.decisions.slice(-kept);
    const bare = { ...state, decisions: decisions.map((entry) => ({ ...entry, reason: '' })) };
    const room = Math.floor((STATE_BYTES - sizeOf(bare)) / kept);
    if (room < 24) continue;
    return {
      ...state,
      decisions: decisions.map((entry) => ({ ...entry, reason: cutTo(entry.reason, room) })),
    };
  }
  return withoutOldBackOffs({ ...state, decisions: [] });
}

function withoutOldBackOffs(state: FunctionState): FunctionState {
  if (state.backOff.length === 0 || sizeOf(state) <= STATE_BYTES) return state;
  return withoutOldBackOffs({ ...state, backOff: state.backOff.slice(1) });
}

/** The state with a change added to its last three; what is repeated every minute is kept once. */
export function rememberDecision(state: FunctionState, { at, action, reason }: Decision): FunctionState {
  const last = state.decisions.at(-1);
  const entry = { at, action, reason };
  const earlier =
    last?.action === action && isCutOf(last.reason, reason) ? state.decisions.slice(0, -1) : state.decisions;
  return fitted({ ...state, decisions: [...earlier, entry].slice(-REMEMBERED) });
}

const isCutOf = (kept: string, whole: string): boolean =>
  kept === whole || (kept.endsWith('…') && whole.startsWith(kept.slice(0, -1)));

/** Growing maxima can push the remembered reasons over the edge, so every state passes here. */
export function fitState(state: FunctionState): FunctionState {
  return sizeOf(state) <= STATE_BYTES ? state : fitted(state);
}
