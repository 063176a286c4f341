import * as z from 'zod';
import { invoke } from '../../../invoker/invoke.ts';

/** What one run of the invoker sends, as JSON in the variable LOAD. */
const loadSchema = z.object({
  url: z.string(),
  ratePerMinute: z.number(),
  durationMs: z.number(),
  seed: z.number(),
  /** The body of each call. */
  body: z.string(),
  /** `constant`: evenly spaced; `random`: at random moments, between half and one and a half times as many. */
  pattern: z.enum(['constant', 'random']),
});

export type Load = z.infer<typeof loadSchema>;

const load = loadSchema.parse(JSON.parse(process.env.LOAD ?? ''));
const { url, body, ratePerMinute } = load;
const summary = await invoke({
  ...load,
  target: { url, timeoutMs: 60_000 },
  payload: body,
  spread: true,
  leastPerMinute: Math.max(1, Math.round(ratePerMinute / 2)),
  periodMs: 60_000,
  concurrency: 256,
});
process.stdout.write(`${JSON.stringify(summary)}\n`);
