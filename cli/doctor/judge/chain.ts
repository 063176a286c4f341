import { ages } from '#core/policy/maxima.ts';
import { formatDurationMs } from '#core/units/duration.ts';
import { isOwnFunction } from '#core/chain/own-functions.ts';
import { ForesizeError } from '#core/errors/error.ts';
import { KILL_SWITCH } from '#platform/kubernetes/kill-switch.ts';
import { parseSchedule } from '../../../local/cron/parse-schedule.ts';
import type { Facts } from '../facts.ts';
import { listed, ok, problem, type Told, unknown, warning } from '../finding.ts';
import { valueIn } from '../seen.ts';
import { membersOf, type Suite, suiteOf } from '../suite.ts';
import { installAdvice, isNothingInstalled } from './identities.ts';
import { judgeQueue } from './queue.ts';

/** Whether the three functions run, agree, are called in time, and may write. */
export function judgeChain(facts: Facts): readonly Told[] {
  const { live } = facts;
  if ('why' in live)
    return [unknown('functions', live.why, 'Look with a kubeconfig that may list Deployments and pods.')];
  const suite = suiteOf(facts);
  const running = judgeRunning(suite, facts);
  const writes = isNothingInstalled(facts) ? [] : judgeWrites(facts, suite);
  if (suite.collect.live === null) return [...running, ...writes];
  const period = periodOf(suite, facts);
  return [
    ...running,
    ...judgeConfiguration(suite, facts),
    judgeSchedule(suite, period),
    ...judgeCycles(facts, suite, period),
    ...writes,
    ...judgeQueue(facts, suite),
  ];
}

function judgeRunning(suite: Suite, { isLocal }: Facts): readonly Told[] {
  const check = 'functions';
  const members = membersOf(suite);
  const missing = members.filter(({ live }) => live === null).map(({ name }) => name);
  const advice = isLocal
    ? 'foresize up deploys them.'
    : "REGISTRY=docker.io/you faas-cli up -f stack.yml --filter '*-*' builds and deploys them.";
  if (missing.length === members.length) return [problem(check, 'the suite is not deployed', advice)];
  const idle = members
    .filter(({ live }) => live !== null && !live.pods.some(({ ready }) => ready))
    .map(({ name }) => name);
  const replicas = suite.collect.live?.replicas ?? 1;
  const told = [
    ...(missing.length === 0 ? [] : [problem(check, `${listed(missing)} not deployed`, advice)]),
    ...(idle.length === 0
      ? []
      : [
          problem(
            check,
            `no pod of ${listed(idle)} is ready`,
            `See why: faas-cli logs ${idle[0] ?? ''}, kubectl describe pod.`,
          ),
        ]),
    ...(replicas <= 1
      ? []
      : [
          warning(
            check,
            `collect-metrics has ${replicas} replicas`,
            'Scale it to 1 (label com.openfaas.scale.max: 1): each keeps an hour of samples of its own, and sees part of the cycles.',
          ),
        ]),
  ];
  return told.length > 0 ? told : [ok(check, `${listed(members.map(({ name }) => name))} ready`)];
}

/** What all three must say alike. */
const SHARED = ['CYCLE_PERIOD', 'INSTALLATION'] as const;

function judgeConfiguration(suite: Suite, { namespace, isLocal, deployed }: Facts): readonly Told[] {
  const check = 'configuration';
  const members = membersOf(suite).filter(({ live }) => live !== null);
  const wrong = members.flatMap(({ name, wrong }) =>
    wrong === null
      ? []
      : [
          problem(
            check,
            `${name}: ${wrong}`,
            'Correct the variable in stack.yml and deploy the function again.',
          ),
        ],
  );
  if (wrong.length > 0) return wrong;
  if (members.some(({ config }) => config === null)) {
    const why = 'why' in deployed ? deployed.why : 'the environment of the functions is not shown';
    return [
      unknown(
        check,
        why,
        isLocal
          ? 'Name the gateway with --gateway URL.'
          : 'Look with a kubeconfig that may list Deployments.',
      ),
    ];
  }
  const differing = SHARED.filter((name) => new Set(members.map(({ config }) => config?.[name])).size > 1);
  const elsewhere = [suite.collect, suite.apply].filter(
    ({ config }) => config !== null && config.FUNCTION_NAMESPACE !== namespace,
  );
  const told = [
    ...differing.map((name) =>
      problem(
        check,
        `${name} is not the same in all three: ${members.map((one) => `${String(one.config?.[name])} in ${one.name}`).join(', ')}`,
        'Set it alike in stack.yml and deploy all three again: they refuse each other’s messages.',
      ),
    ),
    ...elsewhere.map(({ name, config }) =>
      problem(
        check,
        `FUNCTION_NAMESPACE of ${name} is ${config?.FUNCTION_NAMESPACE ?? ''}, not ${namespace}`,
        'Correct it in stack.yml and deploy again, or look at that namespace: --namespace.',
      ),
    ),
  ];
  return told.length > 0 ? told : [ok(check, 'the environment of all three is valid, and they agree')];
}

/** How long a cycle is: what collect-metrics is told, else what its schedule says; null where neither is known. */
function periodOf({ collect: { config, live } }: Suite, { atMs }: Facts): number | null {
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

function judgeSchedule({ collect: { live } }: Suite, periodMs: number | null): Told {
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

function judgeCycles(facts: Facts, { collect, apply }: Suite, periodMs: number | null): readonly Told[] {
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
  const why = `${connectorText(facts)} and ask why by faas-cli logs collect-metrics.`;
  if (!/^\d+$/.test(text)) {
    const found =
      text === ''
        ? 'no cycle has begun yet'
        : `foresize-cycle holds ${JSON.stringify(text)}, which is no cycle`;
    return [problem(check, found, why)];
  }
  const sinceMs = clusterNow(facts) - Number(text) * periodMs;
  if (sinceMs < -periodMs - 60_000)
    return [
      problem(
        check,
        `the last cycle lies ${ages(-sinceMs)} in the future`,
        'It was counted by a wrong clock or in shorter periods: synchronise the nodes; it is ignored, and replaced by the next.',
      ),
    ];
  if (sinceMs > (MISSED_CYCLES + 1) * periodMs)
    return [
      problem(
        check,
        `the last cycle began ${ages(sinceMs)} ago, and one begins every ${formatDurationMs(periodMs)}`,
        why,
      ),
    ];
  const begun = ok(
    check,
    `the last began ${ages(Math.max(0, sinceMs))} ago, one every ${formatDurationMs(periodMs)}`,
  );
  const isQueued = collect.config?.CHAIN === 'async';
  return [
    begun,
    ...(apply.live === null ? [] : [judgeDecisions(facts, Number(text), { periodMs, isQueued })]),
  ];
}

/** By the API server's clock, where this machine's differs from it by more than could be measured. */
function clusterNow({ atMs, cluster: { clock } }: Facts): number {
  return Math.abs(clock.aheadMs) > clock.withinMs ? atMs - clock.aheadMs : atMs;
}

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

function judgeWrites(
  { chain: { killSwitch }, namespace, ...facts }: Facts,
  { apply: { config } }: Suite,
): readonly Told[] {
  const { name, key } = KILL_SWITCH;
  const check = 'writes';
  if ('why' in killSwitch)
    return [unknown(check, killSwitch.why, 'Look with a kubeconfig that may read ConfigMaps.')];
  if (killSwitch.value === null)
    return [
      problem(
        check,
        `stopped: the ConfigMap ${name} is missing`,
        installAdvice({ namespace, isLocal: facts.isLocal }),
      ),
    ];
  const value = killSwitch.value[key] ?? 'on';
  if (value !== 'on') {
    const patch = `kubectl -n ${namespace} patch configmap ${name} --type merge -p '{"data":{"${key}":"on"}}'`;
    return [
      warning(
        check,
        `stopped by the kill switch: ${key} is ${JSON.stringify(value)}`,
        `To let them go on: ${patch}`,
      ),
    ];
  }
  if (config?.DRY_RUN === true)
    return [
      warning(
        check,
        'none: apply-resources runs with DRY_RUN=true',
        'Deploy it with DRY_RUN=false once what it decides is right.',
      ),
    ];
  if (config?.ACTUATOR === 'none' || config?.ACTUATOR === 'stack')
    return [
      warning(
        check,
        `no running pod is resized: ACTUATOR=${config.ACTUATOR}`,
        'Deploy apply-resources with ACTUATOR=kubernetes to resize them.',
      ),
    ];
  return [ok(check, config === null ? 'not stopped' : `not stopped; by ACTUATOR=${config.ACTUATOR}`)];
}
