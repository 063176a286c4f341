/** predict-resources' part of a cycle: every shard in turn, as one replica would take them. */
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseMessage } from '#core/messages/parse-message.ts';
import { usageMessageSchema } from '#core/messages/usage.ts';
import { predictUsage } from '#forecast/predict-usage.ts';
import { loadToolkit } from '../../functions/predict-resources/toolkit.ts';
import { Stopwatch } from './measure.ts';

const directory = process.argv[3] ?? '.';
const watch = new Stopwatch();
const toolkit = await loadToolkit({ MODEL_PATH: undefined, MODEL_MISSING: 'fail' }, () => undefined);
let shards = 0;
for (const name of await readdir(directory)) {
  if (!name.startsWith('usage-')) continue;
  const body = await readFile(join(directory, name));
  const value: unknown = await watch.time('JSON', (): unknown => JSON.parse(body.toString('utf8')));
  const usage = await watch.time('schema', () => parseMessage(usageMessageSchema, value));
  const forecasts = await watch.time('forecasts', () => predictUsage(usage, toolkit));
  const answer = await watch.time('JSON of forecasts', () => JSON.stringify(forecasts));
  await writeFile(join(directory, `forecast-${forecasts.shard}.json`), answer);
  shards += 1;
}
watch.report(`${shards} shards`);
