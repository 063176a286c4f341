import type { Decision } from '#core/messages/decision.ts';
import { changesBetween } from '#core/policy/reason.ts';
import { formatResource, valueOf } from '#core/policy/resources.ts';

const isWanted = process.env.TRANSCRIPT !== undefined;
const startedMs = Date.now();

let last = '';

/** With TRANSCRIPT set: prints a line of what happens, with the seconds since the start; the same again is no news. */
export function tell(text: string): void {
  if (!isWanted || text === last) return;
  last = text;
  const seconds = Math.round((Date.now() - startedMs) / 1000);
  process.stdout.write(`      ${`+${seconds} s`.padStart(8)}  ${text}\n`);
}

/** Tells a decision that changes something: which sizes, why, and what became of it. */
export function tellDecision({ action, path, name, from, to, reason, outcomes }: Decision): void {
  if (action !== 'resize' || from === null || to === null) return;
  const changes = changesBetween(from, to).map((resource) => {
    const [before, after] = [valueOf(from, resource), valueOf(to, resource)].map((value) =>
      value === null ? 'none' : formatResource(resource, value),
    );
    return `${resource} ${before ?? ''} → ${after ?? ''}`;
  });
  const results = outcomes.map(({ result, detail }) => `${result}: ${detail}`).join('; ');
  tell(`${name}: ${path}: ${changes.join(', ')} (${reason}) — ${results}`);
}
