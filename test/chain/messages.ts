import { SIGNATURE_HEADER, type Envelope } from '#core/chain/envelope.ts';
import type { ForecastMessage } from '#core/messages/forecast.ts';
import type { UsageMessage } from '#core/messages/usage.ts';
import { noSignals } from '#core/usage/signals/no-signals.ts';
import type { RunningChain } from './running-chain.ts';

/** Shards of the chain's own cycles begin at 0: those of tests are far away, with a count of their own. */
let nextShard = 1000;

/** A forecast that, once accepted, raises qrcode's CPU limit, from 100m to where nothing slows it any more. */
export function starving(): ForecastMessage {
  const shard = nextShard++;
  const at = Date.now();
  return {
    version: 1,
    installation: 'foresize',
    cycle: 1,
    shard,
    shards: shard + 1,
    at,
    functions: [
      {
        name: 'qrcode',
        namespace: 'openfaas-fn',
        at,
        next: { cpu: null, memory: null },
        peak: { horizon: 75_000, cpu: null, memory: null },
        evidence: {
          samples: 0,
          gaps: 0,
          censored: 0,
          age: null,
          forecaster: { cpu: 'none', memory: 'none' },
          nextForecaster: { cpu: 'none', memory: 'none' },
          skill: { cpu: null, memory: null },
          nextSkill: { cpu: null, memory: null },
          coverage: { cpu: null, memory: null },
          replay: null,
          model: 'none: not asked for',
        },
        signals: { ...noSignals(), stretch: 9, throttledPeriods: 100 },
      },
    ],
  };
}

/** A usage message without functions. */
export function emptyUsage(): UsageMessage {
  const at = Date.now();
  const head = { version: 1 as const, installation: 'foresize', cycle: 1, shard: 0, shards: 1 };
  return { ...head, at, stepMs: 15_000, horizonMs: 75_000, functions: [] };
}

export interface Sealed {
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** A message as the chain sends it, signed with the platform's own key; `envelope` says what else is signed. */
export function seal(
  { signer }: Pick<RunningChain, 'signer'>,
  message: ForecastMessage | UsageMessage,
  envelope: Partial<Envelope> = {},
): Sealed {
  const { installation, cycle, shard } = message;
  const body = JSON.stringify(message);
  const signed = { hop: 'apply' as const, installation, cycle, shard, timeMs: Date.now(), ...envelope };
  const signature = signer.sign(signed, Buffer.from(body));
  return { body, headers: { 'content-type': 'application/json', [SIGNATURE_HEADER]: signature } };
}
