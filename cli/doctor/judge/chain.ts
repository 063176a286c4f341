import { KILL_SWITCH } from '#platform/kubernetes/kill-switch.ts';
import type { Facts } from '../facts.ts';
import { listed, ok, problem, type Told, unknown, warning } from '../finding.ts';
import { membersOf, type Suite, suiteOf } from '../suite.ts';
import { judgeCycles, judgeSchedule, periodOf } from './cycles.ts';
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
