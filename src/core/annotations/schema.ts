import * as z from 'zod';
import { parseDurationMs } from '../units/duration.ts';
import { parseCpuCores, parseMemoryBytes } from '../units/quantity.ts';

/** What the reference table says of one annotation. `default` is null where leaving it out sets nothing. */
export interface AnnotationMeta {
  readonly values: string;
  readonly default: string | null;
  readonly description: string;
}

const DAY_MS = 86_400_000;

/** The state remembers eight days of maxima (policy/state.ts), so no longer evidence can be asked for. */
const LONGEST_EVIDENCE_MS = 8 * DAY_MS;

const annotated = <T extends z.ZodType>(schema: T, meta: AnnotationMeta): T => schema.meta({ ...meta });

const choice = <const T extends readonly [string, ...string[]]>(
  options: T,
  fallback: T[number],
  description: string,
) =>
  annotated(z.enum(options).prefault(fallback), {
    values: options.map((option) => `\`${option}\``).join(', '),
    default: fallback,
    description,
  });

/** A string read by one of the parsers of `units`; what the parser refuses becomes an issue of the schema. */
const parsed = (read: (text: string) => number, accepts: (value: number) => boolean, allowed: string) =>
  z.string().transform((text, context) => {
    try {
      const value = read(text);
      if (accepts(value)) return value;
    } catch {
      // Said below, with what is allowed here: the parser's own message knows only its grammar.
    }
    context.addIssue({ code: 'custom', message: allowed });
    return z.NEVER;
  });

const isPositive = (value: number): boolean => Number.isFinite(value) && value > 0;

/** Whole millicores only: the kubelet has no smaller step, and a bound between two steps could not be kept. */
const isMillicores = (cores: number): boolean =>
  isPositive(cores) && Math.abs(cores * 1000 - Math.round(cores * 1000)) < 1e-6;

const cpu = (description: string) =>
  annotated(
    parsed(parseCpuCores, isMillicores, 'a CPU quantity in whole millicores such as 50m or 1.5').optional(),
    {
      values: 'CPU quantity',
      default: null,
      description,
    },
  );

const memory = (description: string) =>
  annotated(parsed(parseMemoryBytes, isPositive, 'a memory quantity such as 40Mi or 1Gi').optional(), {
    values: 'memory quantity',
    default: null,
    description,
  });

/** Every annotation Foresize reads, by its whole name. Anything else that begins with `foresize/` is refused. */
export const annotationsSchema = z.strictObject({
  'foresize/mode': choice(
    ['off', 'recommend', 'apply'],
    'recommend',
    'Whether the function is left alone, only advised on, or resized.',
  ),
  'foresize/cpu-limit': choice(
    ['keep', 'latency', 'none'],
    'keep',
    'How the CPU limit moves: raised when it throttles and never lowered, fed back from the p95 latency, or left alone.',
  ),
  'foresize/latency-budget': annotated(
    parsed(parseDurationMs, isPositive, 'a duration such as 300ms or 1.5s').optional(),
    {
      values: 'duration',
      default: null,
      description:
        'The p95 latency to stay within; needed with `foresize/cpu-limit: latency`, and only there.',
    },
  ),
  'foresize/cpu-min': cpu('The least CPU, request or limit, that Foresize sets.'),
  'foresize/cpu-max': cpu(
    "The most CPU, request or limit, that Foresize sets; the node's allocatable otherwise.",
  ),
  'foresize/memory-min': memory('The least memory, request or limit, that Foresize sets.'),
  'foresize/memory-max': memory(
    "The most memory, request or limit, that Foresize sets; the node's allocatable otherwise.",
  ),
  'foresize/evidence': annotated(
    parsed(
      parseDurationMs,
      (ms) => isPositive(ms) && ms <= LONGEST_EVIDENCE_MS,
      'a duration of at most 8d such as 24h or 8d',
    ).prefault('8d'),
    {
      values: 'duration, at most `8d`',
      default: '8d',
      description: 'How long use must have stayed low before anything shrinks; shorter is riskier.',
    },
  ),
  'foresize/cooldown': annotated(
    parsed(parseDurationMs, (ms) => ms >= 0, 'a duration such as 60m or 0s').prefault('60m'),
    {
      values: 'duration',
      default: '60m',
      description: "The least wall time from a resource's last change to its next shrink.",
    },
  ),
  'foresize/memory-shrink': choice(
    ['deploy', 'in-place'],
    'deploy',
    'Whether a smaller memory limit waits for the next deploy or is set in the running pod.',
  ),
  'foresize/gate': choice(
    ['on', 'off'],
    'on',
    "Whether sizing waits until the forecasts, replayed over the function's own past, were no worse than repeating the last value and at most 1 % of samples short.",
  ),
  'foresize/replicas': choice(
    ['recommend', 'scale'],
    'recommend',
    'Whether more replicas, where one pod may not get larger, are only recommended, or set through the gateway.',
  ),
  'foresize/forecaster': choice(
    ['auto', 'persistence', 'histogram', 'recent-peak', 'nowcast', 'lstm', 'arima'],
    'auto',
    'Which forecaster is used; `auto` takes the one that has proved best on this function. `arima` takes a hundred times as long as the others, and `auto` never takes it.',
  ),
});

export type Annotations = z.output<typeof annotationsSchema>;
export type AnnotationName = keyof typeof annotationsSchema.shape;
