import { ForesizeError } from '#core/errors/error.ts';
import { seededRandom } from '../random.ts';
import { findRow, TableRow } from './table.ts';

/** The public Azure Functions trace of 2019: one file a day, 1440 minutes (Shahrad et al., 2020; github.com/Azure/AzurePublicDataset). */
export const TRACE_BEGIN = 'HashOwner,';
const APP = ['HashOwner', 'HashApp'];
const FUNCTION = [...APP, 'HashFunction'];
const PERCENTILE = /(?:percentile_Average_|AverageAllocatedMb_pct)(\d+)$/;

const MINUTE_MS = 60_000;

export interface TraceFiles {
  /** Calls a minute: `HashOwner,HashApp,HashFunction,Trigger,1,…,1440`. */
  readonly invocations: string;
  /** `HashOwner,HashApp,HashFunction,Average,Count,Minimum,Maximum,percentile_Average_0,…` in ms. */
  readonly durations?: string | undefined;
  /** `HashOwner,HashApp,SampleCount,AverageAllocatedMb,AverageAllocatedMb_pct1,…` */
  readonly memory?: string | undefined;
}

/** What a file says of a quantity. */
export interface Distribution {
  readonly mean: number;
  /** How many calls or samples it was taken from. */
  readonly count: number;
  /** Percentile (0 to 100) and value, ascending. */
  readonly percentiles: readonly (readonly [percentile: number, value: number])[];
}

/** One function of the trace. */
export interface TraceFunction {
  readonly owner: string;
  readonly app: string;
  readonly hash: string;
  readonly trigger: string;
  /** Calls of each minute. */
  readonly perMinute: Float64Array;
  /** Null without a durations file, or where it does not know the function. */
  readonly durationMs: (Distribution & { readonly minimum: number; readonly maximum: number }) | null;
  /** Of the whole app; null likewise. */
  readonly allocatedMb: Distribution | null;
}

/**
 * The function of a row, chosen by the row's number from 1 or by the function's hash. The files are read once, a piece at
 * a time, up to the row. Throws `load-invalid`, naming file, line and column.
 */
export async function readTrace(files: TraceFiles, row: string): Promise<TraceFunction> {
  const found = await findRow(files.invocations, {
    columns: [...FUNCTION, 'Trigger', '1'],
    is: chooser(row),
  });
  if (!(found instanceof TableRow)) {
    throw new ForesizeError(
      'load-invalid',
      `${files.invocations} has ${found} functions and none of them is ${row}`,
    );
  }
  return {
    owner: found.text('HashOwner'),
    app: found.text('HashApp'),
    hash: found.text('HashFunction'),
    trigger: found.text('Trigger'),
    perMinute: Float64Array.from(minutesOf(found), (minute) => found.count(minute)),
    durationMs: files.durations === undefined ? null : await durationOf(files.durations, found),
    allocatedMb: files.memory === undefined ? null : await memoryOf(files.memory, found),
  };
}

/** A number of at most nine digits is a row's; a hash has 64. */
function chooser(wanted: string): (text: string, row: number) => boolean {
  if (/^\d{1,9}$/.test(wanted)) return (_, row) => row === Number(wanted);
  return (text) => text.split(',', FUNCTION.length)[FUNCTION.length - 1] === wanted;
}

/** The columns 1, 2, 3, … up to the last without a gap. */
function minutesOf({ columns }: TableRow): string[] {
  const known = new Set(columns);
  const minutes: string[] = [];
  for (let minute = 1; known.has(String(minute)); minute += 1) minutes.push(String(minute));
  return minutes;
}

async function durationOf(path: string, of: TableRow): Promise<TraceFunction['durationMs']> {
  const row = await findRow(path, {
    columns: [...FUNCTION, 'Average', 'Count', 'Minimum', 'Maximum'],
    is: sameKey(FUNCTION, of),
  });
  if (!(row instanceof TableRow)) return null;
  const [minimum, maximum] = [row.number('Minimum'), row.number('Maximum')];
  return { ...distribution(row, 'Average', 'Count'), minimum, maximum };
}

async function memoryOf(path: string, of: TableRow): Promise<Distribution | null> {
  const row = await findRow(path, {
    columns: [...APP, 'SampleCount', 'AverageAllocatedMb'],
    is: sameKey(APP, of),
  });
  return row instanceof TableRow ? distribution(row, 'AverageAllocatedMb', 'SampleCount') : null;
}

/** All three files begin with the hashes, in this order. */
function sameKey(columns: readonly string[], of: TableRow): (text: string) => boolean {
  const key = `${columns.map((column) => of.text(column)).join(',')},`;
  return (text) => text.startsWith(key);
}

function distribution(row: TableRow, mean: string, count: string): Distribution {
  const percentiles = row.columns
    .map((column): [number, string] => [Number(PERCENTILE.exec(column)?.[1]), column])
    .filter(([percentile]) => !Number.isNaN(percentile))
    .sort(([a], [b]) => a - b);
  return {
    mean: row.number(mean),
    count: row.count(count),
    percentiles: percentiles.map(([percentile, column]) => [percentile, row.number(column)]),
  };
}

/** When its calls are due, in ms from the start, ascending: each minute's at random moments of it, the same for the same seed. */
export function* traceArrivals({ perMinute }: TraceFunction, seed: number): Generator<number> {
  const random = seededRandom(seed);
  for (const [minute, calls] of perMinute.entries()) {
    const moments = Float64Array.from({ length: calls }, () => random() * MINUTE_MS).sort();
    for (const moment of moments) yield minute * MINUTE_MS + moment;
  }
}
