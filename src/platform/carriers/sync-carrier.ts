import { SIGNATURE_HEADER } from '#core/chain/envelope.ts';
import type { Carrier } from '#core/chain/ports.ts';
import { ForesizeError } from '#core/errors/error.ts';
import { decisionReportSchema } from '#core/messages/decision.ts';
import { parseMessage } from '#core/messages/parse-message.ts';
import type { Signer } from '../signatures/signer.ts';
import type { Answer, PostToGateway } from './invoke.ts';
import { sealUsage } from './seal-usage.ts';

/**
 * Calls predict-resources and then apply-resources through the gateway, so that it spreads shards over their replicas.
 * The forecasts' bytes and signature are passed on untouched. Throws `hop-failed` with what the function answered.
 */
export function createSyncCarrier(
  signer: Signer,
  post: PostToGateway,
  namespace: string,
  now: () => number,
): Carrier {
  return {
    async carry(usage, signal) {
      const { body, headers } = sealUsage(signer, usage, now());
      const forecasts = await post(`/function/predict-resources.${namespace}`, body, headers, signal);
      expectStatus(forecasts, 200, 'predict-resources');
      const signature = forecasts.headers[SIGNATURE_HEADER];
      if (signature === undefined)
        throw new ForesizeError('hop-failed', 'predict-resources did not sign its answer');
      const sealed = { 'content-type': 'application/json', [SIGNATURE_HEADER]: signature };
      const report = await post(`/function/apply-resources.${namespace}`, forecasts.body, sealed, signal);
      expectStatus(report, 200, 'apply-resources');
      return parseMessage(decisionReportSchema, JSON.parse(Buffer.from(report.body).toString('utf8')));
    },
  };
}

/** Throws `hop-failed` with the first 300 characters of the answer. */
export function expectStatus(answer: Answer, status: number, functionName: string): void {
  if (answer.status === status) return;
  const text = Buffer.from(answer.body).toString('utf8').slice(0, 300).trim();
  throw new ForesizeError(
    'hop-failed',
    `${functionName} answered ${answer.status}${text === '' ? '' : `: ${text}`}`,
  );
}
