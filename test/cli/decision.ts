import type { Decision } from '#core/messages/decision.ts';
import type { Resources } from '#core/usage/reading.ts';

export const SIZES: Resources = {
  cpuRequestCores: 0.05,
  cpuLimitCores: 0.1,
  memoryRequestBytes: 128 * 2 ** 20,
  memoryLimitBytes: null,
};

/** A decision to hold, with what a test says of it. */
export function decisionWith(fields: Partial<Decision> = {}): Decision {
  return {
    namespace: 'openfaas-fn',
    name: 'qrcode',
    cycle: 1,
    at: 1_700_000_000_000,
    action: 'hold',
    mode: 'apply',
    path: 'rescue',
    from: SIZES,
    to: null,
    reason: 'Nothing to rescue',
    steps: [],
    outcomes: [],
    ...fields,
  };
}

/** A resize that one pod carries out. */
export function appliedResize(fields: Partial<Decision> = {}): Decision {
  return decisionWith({
    action: 'resize',
    to: { ...SIZES, cpuLimitCores: 0.5 },
    reason: 'CPU limit 100m → 500m: work takes 5 times as long',
    outcomes: [{ pod: 'qrcode-1', result: 'applied', detail: '' }],
    ...fields,
  });
}
