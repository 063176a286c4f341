import { SIGNATURE_HEADER } from '#core/chain/envelope.ts';
import type { Carrier } from '#core/chain/ports.ts';
import { ForesizeError } from '#core/errors/error.ts';
import { type DecisionReport, decisionReportSchema } from '#core/messages/decision.ts';
import { parseMessage } from '#core/messages/parse-message.ts';
import type { GatewayClient } from '../gateway/client.ts';
import type { HttpResponse } from '../http/request.ts';
import type { Signer } from '../signatures/signer.ts';
import { sealUsage } from './seal-usage.ts';

/** What a carrier needs to reach the two functions of the chain. */
export interface Route {
  readonly gateway: GatewayClient;
  /** Namespace of predict-resources and apply-resources. */
  readonly namespace: string;
  readonly signer: Signer;
  /** Unix ms now. */
  readonly clock: () => number;
}

/**
 * Calls predict-resources and then apply-resources through the gateway, so that it spreads shards over their replicas.
 * The forecasts' bytes and signature are passed on untouched. Throws `hop-failed` with what the function answered.
 */
export function createSyncCarrier({ gateway, namespace, signer, clock }: Route): Carrier {
  return {
    async carry(usage, signal) {
      const sealed = sealUsage(signer, usage, clock());
      const forecasts = await gateway.invoke(`predict-resources.${namespace}`, sealed, signal);
      expectStatus(forecasts, 200, 'predict-resources');
      const signature = forecasts.headers[SIGNATURE_HEADER];
      if (signature === undefined)
        throw new ForesizeError('hop-failed', 'predict-resources did not sign its answer');
      const headers = { 'content-type': 'application/json', [SIGNATURE_HEADER]: signature };
      const report = await gateway.invoke(
        `apply-resources.${namespace}`,
        { body: forecasts.body, headers },
        signal,
      );
      expectStatus(report, 200, 'apply-resources');
      return parseReport(report.body);
    },
  };
}

function parseReport(body: Buffer): DecisionReport {
  try {
    return parseMessage(decisionReportSchema, JSON.parse(body.toString('utf8')));
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new ForesizeError('hop-failed', `apply-resources answered no report: ${reason}`, { cause });
  }
}

/** Throws `hop-failed` with the first 300 characters of the answer. */
export function expectStatus(answer: HttpResponse, status: number, what: string): void {
  if (answer.status === status) return;
  const text = answer.body.toString('utf8').slice(0, 300).trim();
  throw new ForesizeError('hop-failed', `${what} answered ${answer.status}${text === '' ? '' : `: ${text}`}`);
}
