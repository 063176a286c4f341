import type { Decision } from '#core/messages/decision.ts';

/** One line a decision, beginning with its action and the function: `resize qrcode cpu-limit 100m → 358m: …` */
export function decisionLine(decision: Decision): string {
  const trouble = decision.outcomes
    .filter(({ result }) => result !== 'applied')
    .map(({ pod, result, detail }) => `${pod} ${result}: ${detail}`);
  return [`${decision.action} ${decision.name} ${decision.reason}`, ...trouble].join('; ');
}
