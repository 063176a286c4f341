import type { LiveFunction } from '#core/chain/ports.ts';
import { CONTAINER_METRICS, CONTAINER_SPECS } from '#platform/sources/cadvisor-names.ts';
import type { DeployedFacts, Facts, Granted, PrometheusFacts } from '../../../cli/doctor/facts.ts';
import { type AccountKind, neededRights, rightsToAsk, rightText } from '../../../cli/doctor/rights.ts';
import { live } from '../../core/chain/in-memory.ts';
import { HOUR, NOW } from '../../core/policy/situation.ts';

const SUITE_LABELS = { 'app.kubernetes.io/part-of': 'foresize' };
const PERIOD_MS = 15_000;

/** The cycle that has just begun. */
export const CYCLE = Math.floor(NOW / PERIOD_MS);

export const own = (name: string, more: Partial<LiveFunction> = {}): LiveFunction =>
  live(name, { labels: SUITE_LABELS, annotations: {}, ...more });

export const CRON = { topic: 'cron-function', schedule: '@every 15s' };

export const LIVE: readonly LiveFunction[] = [
  own('collect-metrics', { annotations: CRON }),
  own('predict-resources'),
  own('apply-resources'),
  live('qrcode'),
  live('resize', { annotations: {} }),
];

export const DEPLOYED: readonly DeployedFacts[] = [
  { name: 'collect-metrics', environment: {}, secrets: ['foresize-key', 'foresize-reader'] },
  { name: 'predict-resources', environment: {}, secrets: ['foresize-key'] },
  { name: 'apply-resources', environment: {}, secrets: ['foresize-key', 'foresize-writer'] },
  { name: 'qrcode', environment: {}, secrets: [] },
  { name: 'resize', environment: {}, secrets: [] },
];

/** The deployed functions, one of them with another environment or other secrets. */
export const deployedWith = (name: string, more: Partial<DeployedFacts>): Facts['deployed'] => ({
  value: DEPLOYED.map((one) => (one.name === name ? { ...one, ...more } : one)),
});

export const liveWith = (name: string, more: Partial<LiveFunction>): Facts['live'] => ({
  value: LIVE.map((one) => (one.name === name ? { ...one, ...more } : one)),
});

const CADVISOR = new Set([...Object.keys(CONTAINER_METRICS), ...Object.keys(CONTAINER_SPECS)]);

export const kubelet = (node: string, names: ReadonlySet<string> = CADVISOR, ageMs = 8000) => ({
  node,
  read: { value: { names, newestMs: NOW - ageMs, askedAtMs: NOW } },
});

export const cadvisorWithout = (...absent: readonly string[]): ReadonlySet<string> =>
  new Set([...CADVISOR].filter((name) => !absent.includes(name)));

/** As an account that may do what is granted to it in deploy/. */
export function granted(account: AccountKind, source: 'scrape' | 'prometheus' = 'scrape'): Granted {
  const needed = account === 'default' ? [] : neededRights(account, source).map(rightText);
  return new Map(
    rightsToAsk(account, source).map((right) => [rightText(right), needed.includes(rightText(right))]),
  );
}

/** The rights of an account, some of them otherwise. */
export function grantedBut(
  account: AccountKind,
  changes: Readonly<Record<string, boolean>>,
): { value: Granted } {
  return { value: new Map([...granted(account), ...Object.entries(changes)]) };
}

const token = (account: string) => ({
  secret: {
    value: { type: 'kubernetes.io/service-account-token', keys: ['ca.crt', 'namespace', 'token'], account },
  },
  accepted: { value: true },
});

export const series = (stepMs = 15_000) => ({ series: 3, stepMs });

const QUERIES = [
  ...Object.values(CONTAINER_METRICS),
  ...Object.values(CONTAINER_SPECS),
  ...['started', 'completed', 'durations'],
];

/** A Prometheus that has everything but what is absent. */
export const prometheus = (
  stepMs = 15_000,
  absent: readonly string[] = [],
  isExpected = true,
): PrometheusFacts => ({
  isExpected,
  pinned: null,
  where: 'the Service openfaas/prometheus:9090',
  series: {
    value: {
      byQuery: Object.fromEntries(
        QUERIES.map((key) => [key, absent.includes(key) ? { series: 0, stepMs: null } : series(stepMs)]),
      ),
      functions: new Set(['qrcode', 'resize']),
    },
  },
});

/** A cluster with nothing wrong, looked at just now. */
export const HEALTHY: Facts = {
  target: 'cluster shop, namespace openfaas-fn',
  isLocal: false,
  namespace: 'openfaas-fn',
  atMs: NOW,
  cluster: {
    address: 'https://10.0.0.1:6443',
    version: 'v1.34.4',
    clock: { aheadMs: 120, withinMs: 510 },
    hasNamespace: { value: true },
    nodes: {
      value: [
        {
          name: 'node-1',
          allocatableCpuCores: 4,
          allocatableMemoryBytes: 2 ** 33,
          pressures: [],
          kubeletVersion: 'v1.34.4',
        },
      ],
    },
    surroundings: { servesResize: true, limitRanges: [], quotas: [], hpas: [], unknown: [] },
  },
  gateway: {
    where: 'http://127.0.0.1:8080',
    health: { value: 200 },
    strangerStatus: { value: 401 },
    login: {
      from: 'password.txt',
      provider: { value: 'faas-netes, gateway 0.27.12' },
      functions: { value: 5 },
    },
    metrics: {
      where: 'the Service openfaas/foresize-gateway-metrics:8082',
      names: { value: new Set(['gateway_function_invocation_started', 'gateway_function_invocation_total']) },
    },
  },
  metrics: {
    kubelets: [kubelet('node-1')],
    metricsApi: { value: { absence: null, pods: 5 } },
    prometheus: null,
  },
  identities: {
    tokens: { reader: token('foresize-reader'), writer: token('foresize-writer') },
    key: { value: { keys: 1, wrong: null } },
    rights: {
      reader: { value: granted('reader') },
      writer: { value: granted('writer') },
      default: { value: granted('default') },
    },
  },
  live: { value: LIVE },
  deployed: { value: DEPLOYED },
  chain: {
    cycle: { value: { cycle: String(CYCLE) } },
    killSwitch: { value: {} },
    state: { value: { appliedCycle: CYCLE - 1, functions: 2, changedAtMs: NOW - HOUR, unreadable: [] } },
  },
  components: {
    value: ['gateway', 'cron-connector'].map((name) => ({
      name,
      image: `registry.example/${name}:1`,
      readyReplicas: 1,
      environment: {},
      arguments: [],
    })),
  },
};
