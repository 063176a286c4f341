import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ForesizeError } from '#core/errors/error.ts';
import type { DataSet, FunctionHistory } from '#core/replay/history.ts';
import { buildUsage } from '#core/usage/build-usage.ts';
import { alignGrid, emptyColumn, type Grid, gridStartMs } from '#core/usage/grid.ts';
import type { CallSeries, ContainerSeries } from '#core/usage/reading.ts';
import { SAME_KILL_MS } from '#core/usage/signals/oom-kills.ts';
import { parseJson } from '../data/parse-json.ts';
import { samples } from '../data/usage-history.ts';
import { readCalls, readContainers, readOomKills } from './columns.ts';
import { type RecordedFunction, type Session, sessionSchema } from './format.ts';

export type Split = RecordedFunction['split'] | 'all';

/** Of the histories: what the suite itself looks at. */
const STEP_MS = 15_000;

/** Facts about a recording: what was recorded, how, and on what. Throws `data-invalid`. */
export async function readSession(directory: string): Promise<Session> {
  const path = join(directory, 'session.json');
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new ForesizeError('data-invalid', `cannot read ${path}: ${String(cause)}`, { cause });
  });
  const parsed = sessionSchema.safeParse(parseJson(text, path));
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new ForesizeError('data-invalid', `${path}, ${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`);
}

/**
 * A recording as histories of 15 s steps over its whole span, made of its raw counters by the code that the suite makes
 * usage with; their CPU values are means of a step. `choice` is what may be looked at to choose by; `held-out` is for
 * the last word only. Throws `data-invalid`, naming file, line and column.
 */
export async function readRecording(directory: string, split: Split): Promise<DataSet> {
  const session = await readSession(directory);
  const wanted = session.functions.filter((entry) => split === 'all' || entry.split === split);
  const recorded = await Promise.all(
    wanted.map(({ name }) => readRecorded(join(directory, name), session, name)),
  );
  const grid = gridOf(session, recorded);
  return {
    name: session.name,
    histories: recorded.map((one) => historyOf(one, session.namespace, grid)),
  };
}

interface Recorded {
  readonly name: string;
  readonly containers: readonly ContainerSeries[];
  readonly calls: CallSeries;
  readonly oomKillsMs: readonly number[];
}

async function readRecorded(directory: string, { namespace }: Session, name: string): Promise<Recorded> {
  const [containers, calls, oomKillsMs] = await Promise.all([
    readContainers(directory, namespace, name),
    readCalls(directory, namespace, name),
    readOomKills(directory),
  ]);
  return { name, containers, calls, oomKillsMs };
}

/** From the start of the session to its last sample. */
function gridOf({ startedAtMs }: Session, recorded: readonly Recorded[]): Grid {
  const endMs = recorded
    .flatMap(({ containers }) => containers.map(({ timesMs }) => timesMs.at(-1) ?? startedAtMs))
    .reduce((last, timeMs) => Math.max(last, timeMs), startedAtMs);
  const aligned = alignGrid({ stepMs: STEP_MS, steps: 0, endMs });
  return { ...aligned, steps: Math.max(0, Math.floor((aligned.endMs - startedAtMs) / STEP_MS)) };
}

function historyOf(
  { name, containers, calls, oomKillsMs }: Recorded,
  namespace: string,
  grid: Grid,
): FunctionHistory {
  const usage = buildUsage({ atMs: grid.endMs, containers, calls: [calls], pods: [] }, grid).find(
    (candidate) => candidate.name === name,
  );
  const counted = usage?.signals.oomKills.map(({ atMs }) => atMs) ?? [];
  const column = (values: readonly (number | null)[] | undefined): Float64Array =>
    values === undefined ? emptyColumn(grid) : samples(values);
  return {
    name,
    namespace,
    startMs: gridStartMs(grid) + STEP_MS,
    stepMs: STEP_MS,
    cpuCores: column(usage?.series.cpuCores),
    cpuMeanMs: STEP_MS,
    memoryBytes: column(usage?.series.memoryBytes),
    callsStarted: column(usage?.series.callsStarted),
    cpuLimitCores: column(usage?.series.cpuLimitCores),
    memoryLimitBytes: column(usage?.series.memoryLimitBytes),
    oomKillsMs: [
      ...oomKillsMs,
      ...counted.filter((atMs) => oomKillsMs.every((endedMs) => Math.abs(endedMs - atMs) > SAME_KILL_MS)),
    ].sort((a, b) => a - b),
  };
}
