import { assertFresh, assertMatches, SIGNATURE_HEADER, type SignedEnvelope } from '#core/chain/envelope.ts';
import type { ForecastMessage } from '#core/messages/forecast.ts';
import { parseMessage } from '#core/messages/parse-message.ts';
import { usageMessageSchema } from '#core/messages/usage.ts';
import type { Toolkit } from '#forecast/predict-usage.ts';
import { readSecret } from '#platform/secrets/read-secret.ts';
import { createSigner, type Signer } from '#platform/signatures/signer.ts';
import type { FunctionContext, FunctionEvent, FunctionLog, FunctionResponse } from '#template/types.ts';
import { type PredictConfig, readConfig } from './config.ts';
import { answerDirectly } from './direct.ts';
import { predictInTurns } from './predict-in-turns.ts';
import { loadToolkit } from './toolkit.ts';

let config: Readonly<PredictConfig>;
let signer: Signer | undefined;
let toolkit: Toolkit;

/** Fails with a wrong variable, and without a usable model unless that is allowed. */
export async function start(log: FunctionLog): Promise<void> {
  config = readConfig(process.env);
  toolkit = await loadToolkit(config, (reason) => {
    log.warn({ reason }, 'forecasting without the model');
  });
}

/** Forecasts of the usage in the body. A signed request gets a signed answer; anyone else gets the forecast alone. */
export default async function handle(
  event: FunctionEvent,
  { signal }: FunctionContext,
): Promise<FunctionResponse> {
  const signature = event.headers[SIGNATURE_HEADER];
  if (signature === undefined) {
    return { body: await answerDirectly(event, { toolkit, horizonMs: config.HORIZON, signal }) };
  }
  const envelope = verify(event, String(signature));
  const usage = parseMessage(usageMessageSchema, event.json());
  assertMatches(envelope, usage);
  return signed(await predictInTurns(usage, toolkit, signal));
}

function verify(event: FunctionEvent, signature: string): SignedEnvelope {
  const expected = { hop: 'predict', installation: config.INSTALLATION } as const;
  const envelope = theSigner().verify(expected, event.body, signature);
  assertFresh(envelope.timeMs, Date.now(), config.CYCLE_PERIOD);
  return envelope;
}

function signed(forecasts: ForecastMessage): FunctionResponse {
  const { installation, cycle, shard } = forecasts;
  const body = Buffer.from(JSON.stringify(forecasts));
  const signature = theSigner().sign({ hop: 'apply', installation, cycle, shard, timeMs: Date.now() }, body);
  return { headers: { 'content-type': 'application/json', [SIGNATURE_HEADER]: signature }, body };
}

/** Read on first use: a direct call needs no key. */
function theSigner(): Signer {
  signer ??= createSigner(readSecret(config.SECRETS_PATH, 'foresize-key'));
  return signer;
}
