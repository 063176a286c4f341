import type { CycleReport } from '#core/chain/collect.ts';
import { assertFresh, SIGNATURE_HEADER } from '#core/chain/envelope.ts';
import type { FunctionContext, FunctionEvent, FunctionLog, FunctionResponse } from '#template/types.ts';
import { type CollectConfig, readConfig } from './config.ts';
import { connect, type Connected } from './connect.ts';
import { createCycles, type Cycles } from './cycles.ts';

let config: Readonly<CollectConfig>;
let connected: Connected;
let cycles: Cycles;

/** Begins to gather samples at once, so that the first cycle finds some. Fails without an identity or a key, or with a wrong variable. */
export async function start(log: FunctionLog): Promise<void> {
  config = readConfig(process.env);
  connected = connect(config, log);
  cycles = createCycles(connected.ports, connected.options);
  await connected.source.start();
}

export async function stop(): Promise<void> {
  await cycles.stop();
  await connected.source.stop();
}

/** One cycle, for whoever calls first in its period. Only a signed caller sees more than its number and status. */
export default async function handle(
  event: FunctionEvent,
  { log }: FunctionContext,
): Promise<FunctionResponse> {
  const mayRead = isSigned(event);
  const report = await cycles.run();
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
