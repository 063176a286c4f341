import * as z from 'zod';
import { backOffSchema } from './back-off.ts';
import { writtenMaximaSchema, writtenResourcesSchema } from './written-state.ts';

/**
 * Highest use of consecutive hours or days, oldest first, in whole millicores and MiB, rounded up; null where nothing
 * was seen. `first` is the oldest one's number, Unix ms ÷ its length. Columns of equal length.
 */
const maximaSchema = z.object({
  first: z.number().int(),
  cpu: writtenMaximaSchema,
  memory: writtenMaximaSchema,
});

/** Two whole numbers of one resource; null where there is nothing to remember. In the order of RESOURCE_NAMES. */
const marksSchema = z.tuple([z.number().int(), z.number().int()]).nullable();
const NO_MARKS = [null, null, null, null];

/** What Foresize remembers of one function, about 1 kB as `writeState` writes it, keyed by namespace, name and Deployment UID. */
export const functionStateSchema = z.object({
  uid: z.string(),
  firstSeenAt: z.number().int(),
  /** Resources of the Deployment's template at first contact, or as the user last deployed it. */
  original: writtenResourcesSchema,
  /** The last decision carried out; null before the first. New and restarted pods are brought to it. */
  applied: writtenResourcesSchema.nullable(),
  appliedAt: z.number().int().nullable(),
  sizedAt: z.number().int().nullable(),
  /** Whole seconds from `firstSeenAt` to each resource's last change, in the order of RESOURCE_NAMES; null before its first. */
  changed: z.array(z.number().int().nullable()).length(4),
  /** The last OOM kill that was answered, and how often in a row. */
  oom: z.object({ at: z.number().int(), limitBytes: z.number(), count: z.number().int() }).nullable(),
  /** Shrinks that a failure would undo: what was there before, in whole millicores or MiB, and when, as in `changed`. */
  armed: z.array(marksSchema).length(4).default(NO_MARKS),
  /** The last rollback of each resource, as in `changed`, and how many there were until then that still count. */
  quarantine: z.array(marksSchema).length(4).default(NO_MARKS),
  /** A CPU limit that broke the latency budget × 1.25: a floor until `until`. */
  latencyFloor: z.object({ cores: z.number(), until: z.number().int() }).nullable(),
  /** Start-up cost: a floor under every CPU limit. */
  cpuSecondsUntilReady: z.number().nullable(),
  /** Cost of a call, kept while samples are censored. */
  cpuSecondsPerCall: z.number().nullable(),
  censoredAt: z.number().int().nullable(),
  /**
   * What replays of its own past said of its forecasts (`gateAfter`): when the last window was counted, in seconds from
   * `firstSeenAt`, of how many samples, and of each metric whether the gate is open, samples short, and mean skill.
   */
  gate: z
    .object({
      at: z.number().int(),
      of: z.number().int(),
      cpu: z.tuple([z.literal([0, 1]), z.number(), z.number().nullable()]),
      memory: z.tuple([z.literal([0, 1]), z.number(), z.number().nullable()]),
    })
    .nullable()
    .default(null),
  /** Whole seconds from `firstSeenAt` to the last shrink; null before the first. */
  shrunk: z.number().int().nullable().default(null),
  /** The pod that tries the last shrink alone, and until when, as in `shrunk`; null while no trial runs. */
  canary: z.object({ pod: z.string(), until: z.number().int() }).nullable().default(null),
  /**
   * The replicas that Foresize set, those before it, below which it never goes again, and when, as in `shrunk`; in
   * `left`, when somebody else set others since. Null where it set none.
   */
  scaled: z
    .object({
      before: z.number().int().positive(),
      to: z.number().int().positive(),
      at: z.number().int(),
      left: z.number().int().nullable(),
    })
    .nullable()
    .default(null),
  /** Sizes that pods were refused, and until when they are not asked for again. */
  backOff: z.array(backOffSchema).default([]),
  /** The running hour and the 24 before it; the running day and the 8 before it. */
  hourly: maximaSchema,
  daily: maximaSchema,
  /** Up to three of the last changes without their steps, newest last; reasons are cut to what fits. */
  decisions: z.array(z.object({ at: z.number().int(), action: z.string(), reason: z.string() })),
});

/** What is remembered of the suite as a whole. */
export const suiteStateSchema = z.object({
  /** Cycle last applied, by shard. */
  cycles: z.record(z.string(), z.number().int()),
  /**
   * The last five resizes that shrank something, oldest first, whether they were rolled back, and the Unix ms at which
   * too many were; left out before the first.
   */
  shrinks: z
    .object({
      last: z.array(z.object({ key: z.string(), reverted: z.boolean() })),
      stoppedAt: z.number().int().nullable(),
    })
    .optional(),
});

export type FunctionState = z.infer<typeof functionStateSchema>;
export type SuiteState = z.infer<typeof suiteStateSchema>;
