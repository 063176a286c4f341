import * as z from 'zod';
import { parseMessage } from '#core/messages/parse-message.ts';
import type { UsageColumns } from '#core/usage/csv.ts';

const amount = z.number().nonnegative().nullable();

const rowsSchema = z
  .array(
    z.object({
      Time: z.number().nonnegative(),
      mem_usage: amount,
      cpu_usage: amount,
      invocations: amount.optional(),
    }),
  )
  .min(1)
  .max(5760);

/** JSON rows with the fields of the CSV; null is a gap. Throws `message-invalid`, naming row and field. */
export function parseUsageRows(value: unknown): UsageColumns {
  const rows = parseMessage(rowsSchema, value);
  const column = (pick: (row: (typeof rows)[number]) => number | null | undefined): Float64Array =>
    Float64Array.from(rows, (row) => pick(row) ?? NaN);
  return {
    timesMs: column(({ Time }) => Time),
    memoryBytes: column(({ mem_usage }) => mem_usage),
    cpuCores: column(({ cpu_usage }) => cpu_usage),
    invocations: rows.some(({ invocations }) => invocations !== undefined)
      ? column(({ invocations }) => invocations)
      : null,
    lines: rows.map((_, index) => index + 1),
  };
}
