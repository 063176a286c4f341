import { FUTURE_TOLERANCE_MS } from '#core/chain/envelope.ts';
import { isOwnFunction } from '#core/chain/own-functions.ts';
import { ForesizeError } from '#core/errors/error.ts';
import { ages } from '#core/policy/maxima.ts';
import { formatDurationMs } from '#core/units/duration.ts';
import { parseSchedule } from '../../../local/cron/parse-schedule.ts';
import type { Facts } from '../facts.ts';
import { ok, problem, type Told, unknown, warning } from '../finding.ts';
import { valueIn } from '../seen.ts';
import type { Suite } from '../suite.ts';
import { installAdvice, isNothingInstalled } from './identities.ts';

/** How long a cycle is: what collect-metrics is told, else what its schedule says; null where neither is known. */
export function periodOf({ collect: { config, live } }: Suite, { atMs }: Facts): number | null {
  return config?.CYCLE_PERIOD ?? intervalMs(live?.annotations.schedule ?? '', atMs);
}

/** Time between two of the schedule's calls; null where it cannot be read, or has no two. */
function intervalMs(schedule: string, fromMs: number): number | null {
  try {
    const calls = parseSchedule(schedule);
    const first = calls.next(fromMs);
    const second = first === null ? null : calls.next(first);
    return first === null || second === null ? null : second - first;
  } catch (error) {
    if (error instanceof ForesizeError) return null;
    throw error;
  }
}

/** Whether the cron-connector calls collect-metrics, and as often as a cycle begins. */
export function judgeSchedule({ collect: { live } }: Suite, periodMs: number | null): Told {
  const check = 'schedule';
  const { topic, schedule } = live?.annotations ?? {};
  const advice =
    "Set topic: cron-function and schedule: '@every 15s' under annotations: of collect-metrics, and deploy it again.";
  if (topic !== 'cron-function') {
    const found =
      topic === undefined
        ? 'collect-metrics has no annotation topic'
        : `topic of collect-metrics is ${JSON.stringify(topic)}`;
    return problem(check, `${found}: the cron-connector does not call it`, advice);
  }
  if (schedule === undefined)
    return problem(
      check,
      'collect-metrics has no annotation schedule: the cron-connector does not call it',
      advice,
    );
  const wrong = wrongSchedule(schedule);
  if (wrong !== null) return problem(check, `${wrong}: the cron-connector drops it without a word`, advice);
  const everyMs = intervalMs(schedule, 0);
  if (everyMs === null || periodMs === null || everyMs === periodMs)
    return ok(check, `${schedule}, the length of a cycle`);
  const found = `${schedule} is not CYCLE_PERIOD, ${formatDurationMs(periodMs)}`;
  const effect =
    everyMs > periodMs
      ? 'cycles are left out, and a starving function waits longer'
      : 'the calls between are answered 429';
  return warning(
    check,
    `${found}: ${effect}`,
    'Deploy collect-metrics with CYCLE_PERIOD and schedule alike: stack.yml takes both from CYCLE_PERIOD.',
  );
}

function wrongSchedule(schedule: string): string | null {
  try {
    parseSchedule(schedule);
    return null;
  } catch (error) {
    if (error instanceof ForesizeError) return error.message;
    throw error;
  }
}

/** As the alert ForesizeCyclesMissed: three are missing. */
const MISSED_CYCLES = 3;
/** The cron-connector looks for functions every 30 s, and calls a new one after its first interval. */
const CONNECTOR_LOOKS_MS = 60_000;

/** Whether cycles begin, and are carried out. */
export function judgeCycles(
  facts: Facts,
  { collect, apply }: Suite,
  periodMs: number | null,
): readonly Told[] {
  const check = 'cycles';
  const { cycle } = facts.chain;
  if ('why' in cycle) return [unknown(check, cycle.why, 'Look with a kubeconfig that may read ConfigMaps.')];
  if (isNothingInstalled(facts)) return [];
  if (cycle.value === null)
    return [
      problem(
        check,
        'the ConfigMap foresize-cycle is missing: no cycle can be claimed',
        installAdvice(facts),
      ),
    ];
  if (periodMs === null)
    return [unknown(check, 'how long a cycle is, is not known', 'Correct the schedule.')];
  const text = cycle.value.cycle ?? '';
  const isCycle = /^\d+$/.test(text);
  const sinceMs = clusterNow(facts) - Number(text) * periodMs;
  const isLate = !isCycle || sinceMs > (MISSED_CYCLES + 1) * periodMs;
  const runsMs = runningMs(collect, facts);
  if (isLate && runsMs < (MISSED_CYCLES + 1) * periodMs + CONNECTOR_LOOKS_MS)
    return [unknown(check, `none yet: collect-metrics runs for ${ages(runsMs)}`, 'Look again in a minute.')];
  if (isLate) return [problem(check, lateText(text, isCycle, sinceMs, periodMs), whyLate(facts))];
  if (sinceMs < -periodMs - FUTURE_TOLERANCE_MS) {
    const advice =
      'It was counted by a wrong clock or in shorter periods: synchronise the nodes. The next cycle replaces it.';
    return [problem(check, `the last cycle lies ${ages(-sinceMs)} in the future`, advice)];
  }
  const begun = ok(
    check,
    `the last began ${ages(Math.max(0, sinceMs))} ago, one every ${formatDurationMs(periodMs)}`,
  );
  const around = { periodMs, isQueued: collect.config?.CHAIN === 'async' };
  return [begun, ...(apply.live === null ? [] : [judgeDecisions(facts, Number(text), around)])];
}

/** How long its newest pod has been ready; Infinity where none is. */
function runningMs({ live }: Suite['collect'], facts: Facts): number {
  const sinceMs = (live?.pods ?? []).flatMap(({ readySinceMs }) => readySinceMs ?? []);
  return sinceMs.length === 0 ? Infinity : Math.max(0, clusterNow(facts) - Math.max(...sinceMs));
}

function lateText(text: string, isCycle: boolean, sinceMs: number, periodMs: number): string {
  if (isCycle)
    return `the last cycle began ${ages(sinceMs)} ago, and one begins every ${formatDurationMs(periodMs)}`;
  return text === ''
    ? 'no cycle has begun yet'
    : `foresize-cycle holds ${JSON.stringify(text)}, which is no cycle`;
}

/** By the API server's clock, where this machine's differs from it by more than could be measured. */
function clusterNow({ atMs, cluster: { clock } }: Facts): number {
  return Math.abs(clock.aheadMs) > clock.withinMs ? atMs - clock.aheadMs : atMs;
}

/** What to look at where no cycles begin. */
const whyLate = (facts: Facts): string =>
  `${connectorText(facts)} and ask why by faas-cli logs collect-metrics.`;

function connectorText({ components, isLocal }: Facts): string {
  if (isLocal) return 'See platform.log in the directory of the platform,';
  const all = components === null ? null : valueIn(components);
  const connector = all?.find(({ name }) => name === 'cron-connector');
  if (all === null) return 'Check that the cron-connector runs';
  if (connector === undefined) return 'Install the cron-connector, which is not there,';
  if (connector.readyReplicas === 0) return 'Start the cron-connector, of which no pod is ready,';
  return 'See the log of the cron-connector (it runs)';
}

function judgeDecisions(
  { chain: { state }, live, atMs }: Facts,
  cycle: number,
  { periodMs, isQueued }: { readonly periodMs: number; readonly isQueued: boolean },
): Told {
  const check = 'decisions';
  if ('why' in state) return unknown(check, state.why, 'Look with a kubeconfig that may read ConfigMaps.');
  const { appliedCycle, functions, changedAtMs, unreadable } = state.value;
  const [first] = unreadable;
  if (first !== undefined)
    return warning(
      check,
      `${unreadable.length} entries of the state: ${first}`,
      'Nothing to do: what was remembered of these functions is lost, and they count as new.',
    );
  const others = (valueIn(live) ?? []).filter(({ labels }) => !isOwnFunction(labels));
  if (others.length === 0) return ok(check, 'none: there is no function to size');
  const late = appliedCycle === null ? Infinity : cycle - appliedCycle;
  if (late > MISSED_CYCLES + 1) {
    const found =
      appliedCycle === null
        ? 'cycles begin, and none has been carried out'
        : `cycles begin, and the last one carried out is ${ages(late * periodMs)} older`;
    const queue = isQueued ? ', and of the queue-worker' : '';
    return problem(
      check,
      found,
      `Ask why by faas-cli logs predict-resources and faas-cli logs apply-resources${queue}.`,
    );
  }
  const changed =
    changedAtMs === null
      ? 'no size changed yet'
      : `the last change of a size ${ages(Math.max(0, atMs - changedAtMs))} ago`;
  return ok(check, `${functions} of ${others.length} functions known, ${changed}`);
}
