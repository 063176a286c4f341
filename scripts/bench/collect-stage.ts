/** collect-metrics' part of a cycle: an hour of scrapes, then the one that counts, usage, shards and their JSON. */
import { createReadStream } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { collectCycle } from '#core/chain/collect.ts';
import { CallStore } from '#platform/sources/call-store.ts';
import { ContainerStore } from '#platform/sources/container-store.ts';
import { sealUsage } from '#platform/carriers/seal-usage.ts';
import { createSigner } from '#platform/signatures/signer.ts';
import { END_MS, gatewayText, kubeletText, liveFunction, NAMESPACE, STEP_MS, STEPS } from './cluster.ts';
import { Stopwatch } from './measure.ts';

const functions = Number(process.argv[2]);
const directory = process.argv[3] ?? '.';
const WINDOW_MS = STEPS * STEP_MS;
const watch = new Stopwatch();
const containers = new ContainerStore([NAMESPACE], WINDOW_MS);
const calls = new CallStore(NAMESPACE, WINDOW_MS);
const signer = createSigner('ab'.repeat(32));

type Scrape = ReturnType<ContainerStore['begin']> | ReturnType<CallStore['begin']>;

async function take(scrape: Scrape, chunks: Iterable<Buffer> | AsyncIterable<Buffer>): Promise<void> {
  for await (const chunk of chunks) scrape.parser.push(chunk);
  scrape.parser.end();
  scrape.commit();
}

for (let step = 0; step < STEPS; step += 1) {
  const atMs = END_MS - (STEPS - step) * STEP_MS;
  await take(containers.begin(atMs), kubeletText(functions, step, false));
  await take(calls.begin(atMs), gatewayText(functions, step));
}
const storeMb = process.memoryUsage().rss / 2 ** 20;

await watch.time('scrape and parse', async () => {
  await take(containers.begin(END_MS), createReadStream(join(directory, 'kubelet.txt')));
  await take(calls.begin(END_MS), createReadStream(join(directory, 'gateway.txt')));
});

let bytes = 0;
const report = await watch.time('usage, shards, JSON, signature', () =>
  collectCycle(
    {
      clock: () => END_MS,
      cycles: { claim: () => Promise.resolve(true) },
      source: {
        name: 'scrape',
        read: (fromMs) =>
          Promise.resolve({ containers: containers.series(fromMs), calls: calls.series(fromMs) }),
      },
      workloads: {
        functions: () => Promise.resolve(Array.from({ length: functions }, liveFunction)),
        nodes: () => Promise.resolve([]),
      },
      carrier: {
        async carry(usage) {
          const { body } = sealUsage(signer, usage, END_MS);
          bytes += body.length;
          await writeFile(join(directory, `usage-${usage.shard}.json`), body);
          return null;
        },
      },
    },
    {
      ...{ installation: 'bench', periodMs: STEP_MS, stepMs: STEP_MS, steps: STEPS, horizonMs: 75_000 },
      ...{ shardBytes: 4_000_000, parallel: 4 },
    },
    AbortSignal.timeout(600_000),
  ),
);
if (report.functions !== functions) throw new Error(`${report.functions} functions came of ${functions}`);
watch.report(`${(bytes / 2 ** 20).toFixed(1)} MB of usage; ${storeMb.toFixed(0)} MB with an hour of history`);
