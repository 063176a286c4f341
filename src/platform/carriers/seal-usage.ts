import { SIGNATURE_HEADER } from '#core/chain/envelope.ts';
import type { UsageMessage } from '#core/messages/usage.ts';
import type { Signer } from '../signatures/signer.ts';

/** A usage message as bytes, with the headers that let predict-resources trust it. */
export function sealUsage(
  signer: Signer,
  usage: UsageMessage,
  timeMs: number,
): { readonly body: Uint8Array; readonly headers: Readonly<Record<string, string>> } {
  const { installation, cycle, shard } = usage;
  const body = Buffer.from(JSON.stringify(usage));
  const signature = signer.sign({ hop: 'predict', installation, cycle, shard, timeMs }, body);
  return { body, headers: { 'content-type': 'application/json', [SIGNATURE_HEADER]: signature } };
}
