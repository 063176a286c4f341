/** apply-resources' part of a cycle: every shard in turn, with state as its texts in memory. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { applyForecasts } from '#core/chain/apply.ts';
import { type ForecastMessage, forecastMessageSchema } from '#core/messages/forecast.ts';
import { parseMessage } from '#core/messages/parse-message.ts';
import { END_MS, liveFunction, STEP_MS } from './cluster.ts';
import { Stopwatch } from './measure.ts';
import { memoryStore } from './memory-store.ts';

const functions = Number(process.argv[2]);
const directory = process.argv[3] ?? '.';
const watch = new Stopwatch();
const state = memoryStore();
const live = Array.from({ length: functions }, liveFunction);
const ports = {
  clock: () => END_MS,
  workloads: {
    functions: () => Promise.resolve(live),
    nodes: () =>
      Promise.resolve([{ name: 'node-0', allocatableCpuCores: 2, allocatableMemoryBytes: 2 ** 33 }]),
  },
  state,
  actuator: {
    name: 'kubernetes' as const,
    plan: () => [],
    apply: () => Promise.reject(new Error('nothing was planned')),
  },
  log: { append: () => undefined },
};
const options = { cyclePeriodMs: STEP_MS, sizingPeriodMs: 60_000 };
const { signal } = new AbortController();

const messages: ForecastMessage[] = [];
for (const name of await readdir(directory)) {
  if (!name.startsWith('forecast-')) continue;
  const body = await readFile(join(directory, name), 'utf8');
  messages.push(
    await watch.time('JSON and schema', () => parseMessage(forecastMessageSchema, JSON.parse(body))),
  );
}
for (const message of messages) {
  await watch.time('first cycle, no state yet', () => applyForecasts(message, ports, options, signal));
}
state.forget();
for (const message of messages) {
  const next = { ...message, cycle: message.cycle + 1 };
  await watch.time('next cycle', () => applyForecasts(next, ports, options, signal));
}
watch.report('');
