import { setImmediate } from 'node:timers/promises';
import { POLICY } from '#core/policy/constants.ts';
import { type Metric, roundUp } from '#core/policy/resources.ts';
import type { DataSet, FunctionHistory } from '#core/replay/history.ts';
import { replayPolicy } from '#core/replay/replay-policy.ts';
import type { Timing } from '#core/replay/timing.ts';
import { ForesizeError } from '#core/errors/error.ts';
import {
  askedSteps,
  judgeResource,
  policySteps,
  prepareTrial,
  type ResourceTrial,
} from './backtest-resource.ts';
import { type BacktestOptions, clipHistory, timingOf } from './options.ts';
import type { BacktestReport, FunctionReport, ResourceReport, Unjudged } from './report.ts';

/** Share of the work that is done, from 0 to 1, and which function it is at. */
export type OnProgress = (share: number, name: string) => void;

/** Forecasts are made in slices of this long, so that signals and progress get their turn. */
const SLICE_MS = 50;

/** A cycle of the whole policy; longer steps make longer cycles. */
const CYCLE_MS = 15_000;

/**
 * Replays every history of a data set: forecasts made at every decision from what was known then, sizes from them, and
 * what would have come of these and of the usual ways of sizing. Deterministic. Throws `backtest-invalid` where a
 * forecaster is unknown or nothing could be judged, `annotation-invalid`, and the signal's reason.
 */
export async function backtest(
  dataSet: DataSet,
  options: BacktestOptions,
  signal: AbortSignal,
  onProgress: OnProgress = () => undefined,
): Promise<BacktestReport> {
  refuseUnknown(options);
  const functions: FunctionReport[] = [];
  const count = dataSet.histories.length;
  for (const [i, history] of dataSet.histories.entries()) {
    signal.throwIfAborted();
    const tell = (share: number): void => {
      onProgress((i + share) / count, history.name);
    };
    functions.push(await backtestFunction(history, options, signal, tell));
  }
  refuseNothing(dataSet, functions);
  const { cadenceMs, delayMs, forecaster, policy, annotations } = options;
  return {
    version: 1,
    dataSet: dataSet.name,
    ...{ cadenceMs, delayMs, forecaster, policy, annotations, functions },
  };
}

async function backtestFunction(
  whole: FunctionHistory,
  options: BacktestOptions,
  signal: AbortSignal,
  tell: (share: number) => void,
): Promise<FunctionReport> {
  const history = clipHistory(whole, options.lastRow);
  const timing = timingOf(history, options);
  const trials = {
    cpu: prepareTrial(history, 'cpu', timing, options),
    memory: prepareTrial(history, 'memory', timing, options),
  };
  const judgeable = [trials.cpu, trials.memory].filter((trial) => whyUnjudged(trial) === null);
  if (judgeable.length > 0) await askAll(judgeable, options.policy, signal, tell);
  const policy =
    options.policy === 'full' && judgeable.length > 0 ? replayed(history, trials, options) : null;
  const label = options.forecaster;
  const { name, namespace, startMs, stepMs } = history;
  return {
    ...{ name, namespace, startMs, stepMs, from: timing.from, to: timing.to },
    cadenceMs: timing.cadenceSteps * stepMs,
    delayMs: timing.delaySteps * stepMs,
    cpu: judge(trials.cpu, label, policy?.cpu ?? null),
    memory: judge(trials.memory, label, policy?.memory ?? null),
  };
}

function judge(
  trial: ResourceTrial,
  label: string,
  policy: readonly Float64Array[] | null,
): ResourceReport | Unjudged {
  const why = whyUnjudged(trial);
  return why === null ? judgeResource(trial, label, policy) : { metric: trial.series.metric, why };
}

/** Null where there is something to judge. */
function whyUnjudged({ series, timing }: ResourceTrial): string | null {
  const { from, to } = timing;
  if (from >= to) return `row ${from + 1}, the first to judge, is beyond the last, ${to}`;
  if (to < 2) return 'a single row has nothing before it to forecast from';
  const judged = series.use.subarray(Math.max(1, from), to);
  if (judged.every(Number.isNaN)) return `rows ${from + 1} to ${to} hold no sample`;
  return null;
}

/** All forecasts that will be needed, in slices. */
async function askAll(
  trials: readonly ResourceTrial[],
  policy: BacktestOptions['policy'],
  signal: AbortSignal,
  tell: (share: number) => void,
): Promise<void> {
  const work = trials.flatMap((trial) => [
    { forecast: trial.forecaster, steps: policy === 'full' ? policySteps(trial) : askedSteps(trial) },
    { forecast: trial.persistence, steps: askedSteps(trial) },
  ]);
  const total = work.reduce((sum, { steps }) => sum + steps.length, 0);
  let done = 0;
  let sliceEnd = performance.now() + SLICE_MS;
  for (const { forecast, steps } of work) {
    for (const step of steps) {
      forecast.ask(step);
      done++;
      if (performance.now() < sliceEnd) continue;
      tell(done / total);
      await setImmediate();
      signal.throwIfAborted();
      sliceEnd = performance.now() + SLICE_MS;
    }
  }
}

/** The whole policy's requests, one column a phase. */
function replayed(
  history: FunctionHistory,
  trials: Readonly<Record<Metric, ResourceTrial>>,
  { annotations }: BacktestOptions,
): Record<Metric, readonly Float64Array[]> {
  const { timing, phases } = trials.cpu;
  const start = { cpu: startOf(trials.cpu, timing), memory: startOf(trials.memory, timing) };
  const cycleSteps = Math.max(1, Math.min(timing.cadenceSteps, Math.round(CYCLE_MS / history.stepMs)));
  const peaksAt = (step: number) => ({
    cpu: trials.cpu.forecaster.at(step),
    memory: trials.memory.forecaster.at(step),
  });
  const runs = phases.map((phase) =>
    replayPolicy(history, peaksAt, { timing, cycleSteps, phase, start, annotations }),
  );
  return {
    cpu: runs.map(({ requests }) => requests.cpu),
    memory: runs.map(({ requests }) => requests.memory),
  };
}

/** The request to begin with: the limit that was in force, else what the rows before those judged would have needed. */
function startOf({ series }: ResourceTrial, { from }: Timing): number {
  const limit = series.limit?.find((value) => !Number.isNaN(value));
  if (limit !== undefined) return limit;
  const before = series.use.subarray(0, Math.max(1, from)).filter((value) => !Number.isNaN(value));
  const floor = series.metric === 'cpu' ? POLICY.cpuRequestFloor : POLICY.memoryFloor;
  const most = before.reduce((peak, value) => Math.max(peak, value), 0);
  return Math.max(floor, roundUp(series.metric, most * POLICY.requestMargin));
}

function refuseUnknown({ forecaster, forecasters }: BacktestOptions): void {
  if (forecaster === 'auto' || forecasters.has(forecaster)) return;
  const known = ['auto', ...forecasters.keys()].join(', ');
  throw new ForesizeError(
    'backtest-invalid',
    `there is no forecaster ${JSON.stringify(forecaster)}; there are ${known}`,
  );
}

function refuseNothing({ name }: DataSet, functions: readonly FunctionReport[]): void {
  const [first] = functions;
  if (first === undefined) throw new ForesizeError('backtest-invalid', `${name} holds no function`);
  const whys = functions.flatMap(({ cpu, memory }) =>
    [cpu, memory].map((one) => ('why' in one ? one.why : null)),
  );
  const [why] = whys;
  if (typeof why !== 'string' || whys.includes(null)) return;
  throw new ForesizeError('backtest-invalid', `nothing of ${name} can be judged: ${why}`);
}
