import type { CycleReport } from '#core/chain/collect.ts';
import { assertFresh, SIGNATURE_HEADER } from '#core/chain/envelope.ts';
import { countErrors } from '#platform/metrics/observe-work.ts';
import { openMetrics } from '#platform/metrics/open-metrics.ts';
import type { MetricsServer } from '#platform/metrics/serve-metrics.ts';
import type { FunctionContext, FunctionEvent, FunctionLog, FunctionResponse } from '#template/types.ts';
import { type CollectConfig, readConfig } from './config.ts';
import { connect, type Connected } from './connect.ts';
import { createCycles, type Cycles } from './cycles.ts';
import { type CollectMetrics, createCollectMetrics } from './observe.ts';

let config: Readonly<CollectConfig>;
let connected: Connected;
let cycles: Cycles;
/** Null where none are wanted. */
let metrics: CollectMetrics | null = null;
let server: MetricsServer | null = null;

/** Begins to gather samples at once, so that the first cycle finds some. Fails without an identity or a key, or with a wrong variable. */
export async function start(log: FunctionLog): Promise<void> {
  config = readConfig(process.env);
  connected = connect(config, log);
  const { ports, options, source } = connected;
  metrics = config.METRICS_PORT === 'off' ? null : await createCollectMetrics(ports.clock, options.periodMs);
  cycles = createCycles(metrics?.observed(ports) ?? ports, options);
  if (metrics) server = await openMetrics(config, metrics.exposition, log);
  await source.start();
}

export async function stop(): Promise<void> {
  await cycles.stop();
  await connected.source.stop();
  await server?.close();
}

/** One cycle, for whoever calls first in its period. Only a signed caller sees more than its number and status. */
export default function handle(event: FunctionEvent, { log }: FunctionContext): Promise<FunctionResponse> {
  return countErrors(metrics?.suite ?? null, () => answer(event, log));
}

async function answer(event: FunctionEvent, log: FunctionLog): Promise<FunctionResponse> {
  const mayRead = isSigned(event);
  const report = await cycles.run();
  metrics?.ended(report);
  const { decisions, ...facts } = report;
  if (report.status !== 'busy') log.info({ event: 'cycle', ...facts, decisions: decisions.length }, 'cycle');
  const { cycle, status } = report;
  return { status: STATUS[status], body: mayRead ? report : { cycle, status } };
}

const STATUS: Readonly<Record<CycleReport['status'], number>> = {
  done: 200,
  queued: 202,
  busy: 429,
  partial: 502,
};

/** The cron-connector sends no credentials, so an unsigned call is fine; a wrong signature is not. */
function isSigned(event: FunctionEvent): boolean {
  const signature = event.headers[SIGNATURE_HEADER];
  if (signature === undefined) return false;
  const expected = { hop: 'collect', installation: config.INSTALLATION } as const;
  const { timeMs } = connected.signer.verify(expected, event.body, String(signature));
  assertFresh(timeMs, Date.now(), config.CYCLE_PERIOD);
  return true;
}
