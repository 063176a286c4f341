import * as z from 'zod';
import { ForesizeError } from '#core/errors/error.ts';
import { parseDurationMs } from '#core/units/duration.ts';

/** A variable that holds a duration such as `15s`; milliseconds once parsed. */
export const durationMs = z.string().transform((text, context) => {
  try {
    return parseDurationMs(text);
  } catch (error) {
    context.addIssue({
      code: 'custom',
      message: error instanceof ForesizeError ? error.message : String(error),
    });
    return z.NEVER;
  }
});

/** An address without a trailing slash. */
export const httpUrl = z
  .url({ protocol: /^https?$/, error: 'must be an http:// or https:// address' })
  .transform((url) => url.replace(/\/+$/, ''));

export const port = z.coerce.number().int().min(1).max(65_535);

const LABEL = /^([A-Za-z_][A-Za-z0-9_]*)=([^,]*)$/;

/** Labels as `name=value,name=value`. */
export const labels = z.string().transform((text, context) => {
  const pairs = text.split(',').map((pair) => LABEL.exec(pair.trim()));
  if (pairs.some((pair) => pair === null)) {
    context.addIssue({
      code: 'custom',
      message: 'must be labels such as job=kubelet,metrics_path=/metrics/cadvisor',
    });
    return z.NEVER;
  }
  return Object.fromEntries(pairs.map((pair) => [pair?.[1] ?? '', pair?.[2] ?? '']));
});
