import PQueue from 'p-queue';
import { applyForecasts } from '#core/chain/apply.ts';
import { assertFresh, assertMatches, SIGNATURE_HEADER } from '#core/chain/envelope.ts';
import { ForesizeError } from '#core/errors/error.ts';
import type { DecisionReport } from '#core/messages/decision.ts';
import { type ForecastMessage, forecastMessageSchema } from '#core/messages/forecast.ts';
import { parseMessage } from '#core/messages/parse-message.ts';
import { countErrors, timeStage } from '#platform/metrics/observe-work.ts';
import { openMetrics } from '#platform/metrics/open-metrics.ts';
import type { MetricsServer } from '#platform/metrics/serve-metrics.ts';
import type { FunctionEvent, FunctionLog, FunctionResponse } from '#template/types.ts';
import { type ApplyConfig, readConfig } from './config.ts';
import { connect, type Connected } from './connect.ts';
import { type ApplyMetrics, createApplyMetrics } from './observe.ts';

/** A caller that goes away must not leave a message half carried out: only time ends it. */
const LONGEST_MS = 55_000;
/** Left of it for writing down what was done, where time runs out. */
const SAVING_MS = 10_000;
/** One message at a time: they share the state. */
const turns = new PQueue({ concurrency: 1 });
let config: Readonly<ApplyConfig>;
let connected: Connected;
/** Null where none are wanted. */
let metrics: ApplyMetrics | null = null;
let server: MetricsServer | null = null;

/** Fails, and so keeps the function from ever being ready, without an identity or a key, or with a wrong variable. */
export async function start(log: FunctionLog): Promise<void> {
  config = readConfig(process.env);
  metrics = config.METRICS_PORT === 'off' ? null : await createApplyMetrics(Date.now);
  connected = connect(config, log, metrics);
  if (metrics) server = await openMetrics(config, metrics.exposition, log);
}

/** What has begun is carried to its end. */
export async function stop(): Promise<void> {
  await turns.onIdle();
  await connected.told();
  await server?.close();
}

/** Decides about the forecasts in the body and carries the decisions out. Only signed, fresh, new messages count. */
export default function handle(event: FunctionEvent): Promise<FunctionResponse> {
  return countErrors(metrics?.suite ?? null, async () => {
    refuseFailedCallback(event);
    const message = verified(event);
    return { body: await turns.add(() => apply(message)) };
  });
}

async function apply(message: ForecastMessage): Promise<DecisionReport> {
  const { CYCLE_PERIOD: cyclePeriodMs, SIZING_PERIOD: sizingPeriodMs, DRY_RUN: dryRun } = config;
  const options = { cyclePeriodMs, sizingPeriodMs, dryRun };
  const signal = AbortSignal.timeout(LONGEST_MS);
  const report = await timeStage(metrics?.suite ?? null, 'apply', () =>
    applyForecasts(message, connected.ports, options, AbortSignal.timeout(LONGEST_MS - SAVING_MS), signal),
  );
  await metrics?.lookAtSwitch(cyclePeriodMs, signal);
  return report;
}

/** The queue-worker calls back with whatever predict-resources answered, also an error. */
function refuseFailedCallback({ headers }: FunctionEvent): void {
  const status = headers['x-function-status'];
  if (status === undefined || status === '200') return;
  throw new ForesizeError(
    'callback-failed',
    `the callback reports that ${String(headers['x-function-name'])} answered ${String(status)}`,
  );
}

function verified(event: FunctionEvent): ForecastMessage {
  const expected = { hop: 'apply', installation: config.INSTALLATION } as const;
  const signature = event.headers[SIGNATURE_HEADER];
  const envelope = connected.signer.verify(
    expected,
    event.body,
    signature === undefined ? undefined : String(signature),
  );
  assertFresh(envelope.timeMs, Date.now(), config.CYCLE_PERIOD);
  const message = parseMessage(forecastMessageSchema, event.json());
  assertMatches(envelope, message);
  return message;
}
