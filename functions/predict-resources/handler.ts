import { assertFresh, assertMatches, SIGNATURE_HEADER, type SignedEnvelope } from '#core/chain/envelope.ts';
import type { ForecastMessage } from '#core/messages/forecast.ts';
import { parseMessage } from '#core/messages/parse-message.ts';
import { usageMessageSchema } from '#core/messages/usage.ts';
import type { Toolkit } from '#forecast/predict-usage.ts';
import type { MetricName } from '#platform/metrics/definitions.ts';
import { countErrors, timeStage } from '#platform/metrics/observe-work.ts';
import { openMetrics } from '#platform/metrics/open-metrics.ts';
import type { MetricsServer } from '#platform/metrics/serve-metrics.ts';
import { createSuiteMetrics, type SuiteMetrics } from '#platform/metrics/suite-metrics.ts';
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
/** Null where none are wanted. */
let metrics: SuiteMetrics | null = null;
let server: MetricsServer | null = null;

const METRICS: readonly MetricName[] = ['foresize_stage_duration_seconds', 'foresize_errors_total'];

/** Fails with a wrong variable, and without a usable model unless that is allowed. */
export async function start(log: FunctionLog): Promise<void> {
  config = readConfig(process.env);
  toolkit = await loadToolkit(config, (reason) => {
    log.warn({ reason }, 'forecasting without the model');
  });
  if (config.METRICS_PORT !== 'off') await observe(log);
}

export async function stop(): Promise<void> {
  await server?.close();
}

async function observe(log: FunctionLog): Promise<void> {
  const suite = await createSuiteMetrics(METRICS);
  metrics = suite;
  const exposition = async function* () {
    yield await suite.text();
  };
  server = await openMetrics(config, exposition, log);
}

/** Forecasts of the usage in the body. A signed request gets a signed answer; anyone else gets the forecast alone. */
export default function handle(event: FunctionEvent, { signal }: FunctionContext): Promise<FunctionResponse> {
  return countErrors(metrics, () => answer(event, signal));
}

async function answer(event: FunctionEvent, signal: AbortSignal): Promise<FunctionResponse> {
  const signature = event.headers[SIGNATURE_HEADER];
  if (signature === undefined) {
    return { body: await answerDirectly(event, { toolkit, horizonMs: config.HORIZON, signal }) };
  }
  const envelope = verify(event, String(signature));
  const usage = parseMessage(usageMessageSchema, event.json());
  assertMatches(envelope, usage);
  return signed(await timeStage(metrics, 'predict', () => predictInTurns(usage, toolkit, signal)));
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
