import type { ComponentFacts, Facts } from '../facts.ts';
import { ok, problem, type Told, unknown, warning } from '../finding.ts';
import type { Suite } from '../suite.ts';

/** A shard of 500 kB (functions/collect-metrics/connect.ts) in base64, with headers and what is signed. */
const MESSAGE_BYTES = 700_000;

/** NATS's own, unless it is told otherwise. */
const DEFAULT_LIMIT_BYTES = 2 ** 20;

/** The queue, where the chain goes through it. */
export function judgeQueue({ components, isLocal }: Facts, { collect: { config } }: Suite): readonly Told[] {
  const check = 'queue';
  if (config === null) return [];
  if (config.CHAIN === 'sync') return [ok(check, 'not used with CHAIN=sync')];
  if (isLocal) return [ok(check, "the platform's own; a message may have 1 MiB")];
  if (components === null || 'why' in components)
    return [
      unknown(
        check,
        components?.why ?? 'not looked at',
        "Look with a kubeconfig that may list OpenFaaS' Deployments.",
      ),
    ];
  const worker = components.value.find(({ name }) => name.includes('queue-worker'));
  const nats = components.value.find(({ name }) => name === 'nats' || name.startsWith('nats-'));
  if (worker === undefined || worker.readyReplicas === 0) {
    const found = worker === undefined ? 'there is no queue-worker' : 'no pod of the queue-worker is ready';
    return [
      problem(
        check,
        `CHAIN=async, and ${found}`,
        'Install or start it, or deploy collect-metrics with CHAIN=sync.',
      ),
    ];
  }
  return [judgeWorker(check, worker), judgeLimit(nats)];
}

function judgeWorker(check: string, { image, environment }: ComponentFacts): Told {
  if (image.includes('jetstream')) return ok(check, 'the queue-worker for JetStream');
  const atOnce = environment.max_inflight ?? '1';
  return warning(
    check,
    `the Community queue-worker (${atOnce} at a time) tries nothing again, and any slow job holds the chain up`,
    'Deploy collect-metrics with CHAIN=sync.',
  );
}

function judgeLimit(nats: ComponentFacts | undefined): Told {
  const check = 'message limit';
  const limit = payloadLimit(nats?.arguments ?? []);
  if (limit === 'unreadable')
    return unknown(
      check,
      'max_payload of NATS stands in a file of its own',
      'See that it is 1MB or more: a message has up to 700 kB.',
    );
  const bytes = limit ?? DEFAULT_LIMIT_BYTES;
  if (bytes >= MESSAGE_BYTES) return ok(check, `${bytes} bytes; a message has up to ${MESSAGE_BYTES}`);
  return problem(
    check,
    `NATS takes ${bytes} bytes; a message has up to ${MESSAGE_BYTES}`,
    'Raise max_payload of NATS to 1MB, or deploy collect-metrics with CHAIN=sync.',
  );
}

/** From `--max_payload=N`; null where nothing is said of it. A configuration file may say it, too. */
function payloadLimit(words: readonly string[]): number | 'unreadable' | null {
  const [, text] = /max_payload[= ]+(\d+)/.exec(words.join(' ')) ?? [];
  if (text !== undefined) return Number(text);
  return words.some((word) => /^(?:-c|--config)(?:=|$)/.test(word)) ? 'unreadable' : null;
}
