import { FUTURE_TOLERANCE_MS } from '#core/chain/envelope.ts';
import type { LiveFunction } from '#core/chain/ports.ts';
import { isOwnFunction } from '#core/chain/own-functions.ts';
import { ages } from '#core/policy/maxima.ts';
import { formatDurationMs } from '#core/units/duration.ts';
import { CALL_METRICS } from '#platform/sources/cadvisor-names.ts';
import type { ClockFacts, Facts, KubeletFacts, PrometheusFacts } from '../facts.ts';
import { counted, listed, ok, problem, type Told, unknown, warning } from '../finding.ts';
import type { Source } from '../rights.ts';
import { valueIn } from '../seen.ts';
import { suiteOf } from '../suite.ts';
import { missingSeries, missingText, worstOf } from './series.ts';

/** The sources of use: the one that collect-metrics reads must do, the others are told of. */
export function judgeMetrics(facts: Facts): readonly Told[] {
  const { metrics, live, cluster } = facts;
  const { config } = suiteOf(facts).collect;
  const source = config?.METRICS_SOURCE ?? 'scrape';
  const functions = valueIn(live) ?? [];
  const isLimited = functions.some(({ pods }) => pods.some(({ inForce }) => inForce.cpuLimitCores !== null));
  return [
    ...judgeKubelets(metrics.kubelets, { source, isLimited }),
    ...judgeSampleTimes(metrics.kubelets, cluster.clock),
    judgeMetricsApi(facts, source),
    ...(metrics.prometheus === null
      ? []
      : judgePrometheus(metrics.prometheus, { source, isLimited, functions })),
  ];
}

interface Around {
  readonly source: Source;
  readonly isLimited: boolean;
}

function judgeKubelets(kubelets: readonly KubeletFacts[], { source, isLimited }: Around): readonly Told[] {
  const check = 'kubelets';
  if (kubelets.length === 0) return [unknown(check, 'no node is known to be asked')];
  const unread = kubelets.flatMap(({ node, read }) => ('why' in read ? [{ node, why: read.why }] : []));
  const [first] = unread;
  if (first !== undefined) {
    const found = `${unread.length} of ${kubelets.length} could not be read (${listed(unread.map(({ node }) => node))}): ${first.why}`;
    const advice =
      'Look with a kubeconfig that has get on nodes/proxy, and check that the nodes are ready. What the reader itself may do stands under identities.';
    return [unknown(check, found, advice)];
  }
  const read = kubelets.flatMap((kubelet) => valueIn(kubelet.read) ?? []);
  const all = counted(kubelets.length, 'kubelet');
  if (read.every(({ names }) => names.size === 0))
    return [unknown(check, `${all}, without a sample of any container`, 'Look again once a pod runs.')];
  const missing = missingSeries(({ metric }) => read.some(({ names }) => names.has(metric)), isLimited);
  if (missing.length === 0) return [ok(check, `${all}: use, throttling, kills and limits of containers`)];
  const found = `${all}, without ${missingText(missing)}`;
  if (source !== 'scrape') return [ok(check, `${found}; not read with METRICS_SOURCE=${source}`)];
  const advice =
    'Let the kubelets run their own cAdvisor, or set METRICS_SOURCE=prometheus with a Prometheus that has them.';
  return [worstOf(missing) === 'problem' ? problem(check, found, advice) : warning(check, found, advice)];
}

/** cAdvisor samples every 10 to 30 s. Longer ago, the node's clock is behind or cAdvisor stands still. */
const OLD_SAMPLES_MS = 60_000;
/** Samples are taken before they are asked for. */
const AHEAD_MS = 2000;

function judgeSampleTimes(kubelets: readonly KubeletFacts[], clock: ClockFacts): readonly Told[] {
  const check = 'sample times';
  if (clock.withinMs === Infinity) return [];
  const samples = kubelets.flatMap(({ node, read }) => {
    const seen = valueIn(read);
    if (seen?.newestMs == null) return [];
    return [{ node, ageMs: seen.askedAtMs - clock.aheadMs - seen.newestMs }];
  });
  if (samples.length === 0) return [];
  const ahead = samples.filter(({ ageMs }) => ageMs < -(AHEAD_MS + clock.withinMs));
  const behind = samples.filter(({ ageMs }) => ageMs > OLD_SAMPLES_MS + clock.withinMs);
  if (ahead.length === 0 && behind.length === 0) {
    const oldest = Math.max(...samples.map(({ ageMs }) => ageMs), 0);
    return [ok(check, `the newest samples are ${seconds(oldest)} old at most, by the API server's clock`)];
  }
  return [
    ...(ahead.length === 0 ? [] : [aheadTold(check, ahead)]),
    ...(behind.length === 0 ? [] : [behindTold(check, behind)]),
  ];
}

interface SampleAge {
  readonly node: string;
  readonly ageMs: number;
}

function aheadTold(check: string, ahead: readonly SampleAge[]): Told {
  const most = Math.max(...ahead.map(({ ageMs }) => -ageMs));
  const found = `samples of ${listed(ahead.map(({ node }) => node))} are up to ${seconds(most)} in the future`;
  const advice = 'Synchronise the clocks of these nodes (NTP).';
  // The functions on such a node refuse each other's messages, or take them for repeated.
  return most > FUTURE_TOLERANCE_MS ? problem(check, found, advice) : warning(check, found, advice);
}

function behindTold(check: string, behind: readonly SampleAge[]): Told {
  const most = Math.max(...behind.map(({ ageMs }) => ageMs));
  const found = `the newest samples of ${listed(behind.map(({ node }) => node))} are up to ${ages(most)} old`;
  return problem(
    check,
    found,
    'Synchronise the clocks of these nodes (NTP), or see the logs of their kubelets: nothing is sized on stale samples.',
  );
}

const seconds = (ms: number): string => formatDurationMs(Math.round(ms / 1000) * 1000);

function judgeMetricsApi({ metrics: { metricsApi } }: Facts, source: Source): Told {
  const check = 'Metrics API';
  if ('why' in metricsApi) return unknown(check, metricsApi.why, 'Look with a kubeconfig that may read it.');
  const { absence, pods } = metricsApi.value;
  if (absence === null && source !== 'metrics-api')
    return ok(check, `metrics of ${counted(pods, 'pod')}, not needed`);
  if (absence === null) {
    const found = `metrics of ${counted(pods, 'pod')}; with these as the source, mode apply acts as recommend`;
    return warning(
      check,
      found,
      'Deploy collect-metrics with METRICS_SOURCE=scrape, or prometheus, to resize.',
    );
  }
  if (source !== 'metrics-api') return ok(check, `not served, and not needed with METRICS_SOURCE=${source}`);
  return problem(check, `not served: ${absence}`, 'Install metrics-server, or set METRICS_SOURCE=scrape.');
}

/** Coarser than this, a function that starves is seen late: rescue acts every 15 s. */
const COARSE_MS = 30_000;

interface PrometheusAround extends Around {
  readonly functions: readonly LiveFunction[];
}

function judgePrometheus(
  { where, isExpected, pinned, series }: PrometheusFacts,
  around: PrometheusAround,
): readonly Told[] {
  const { source, isLimited, functions } = around;
  const check = 'Prometheus';
  if ('why' in series)
    return [
      problem(
        check,
        series.why,
        'Check its address (PROMETHEUS_URL of collect-metrics, or --prometheus URL) and that it runs.',
      ),
    ];
  const { byQuery } = series.value;
  const isThere = (key: string): boolean => (byQuery[key]?.series ?? 0) > 0;
  const missing = missingSeries(({ key }) => isThere(key), isLimited);
  const scrape =
    'Add the scrape jobs of the ConfigMap foresize-prometheus (deploy/README.md, Prometheus and Grafana).';
  const isIdle = !functions.some(({ pods }) => pods.some(({ ready }) => ready));
  if (missing.length > 0 && isIdle)
    return [unknown(check, `${where} answers; no function runs whose series it could have`)];
  if (missing.length > 0) {
    const wanted = pinned === null ? '' : `, of the series with ${pinned} (PROMETHEUS_CONTAINER_LABELS),`;
    const found = `${where}${wanted} has not ${missingText(missing)}`;
    if (!isExpected) return [ok(check, `${found}; not read with METRICS_SOURCE=${source}`)];
    return [worstOf(missing) === 'problem' ? problem(check, found, scrape) : warning(check, found, scrape)];
  }
  const unseen = functions
    .filter(
      ({ name, pods, labels }) =>
        pods.some(({ ready }) => ready) && !series.value.functions.has(name) && !isOwnFunction(labels),
    )
    .map(({ name }) => name);
  if (unseen.length > 0)
    return [
      warning(
        check,
        `${where} has nothing of ${listed(unseen)}`,
        'Scrape the kubelets of all nodes; a function that is new shows up within a minute.',
      ),
    ];
  return [judgeResolution(check, where, byQuery), ...(isExpected ? [judgeCalls(byQuery)] : [])];
}

function judgeResolution(
  check: string,
  where: string,
  byQuery: Readonly<Record<string, { stepMs: number | null }>>,
): Told {
  const stepMs = byQuery.cpuSeconds?.stepMs ?? null;
  if (stepMs === null)
    return unknown(check, `${where} has one sample of each series so far`, 'Look again in a minute.');
  const found = `${where} has all series, every ${formatDurationMs(stepMs)}`;
  if (stepMs <= COARSE_MS) return ok(check, found);
  return warning(
    check,
    found,
    'Set scrape_interval of the job to 15s: a function that starves is seen late.',
  );
}

const CALLS: Readonly<Record<string, string>> = {
  started: CALL_METRICS.started,
  completed: CALL_METRICS.completed,
  durations: CALL_METRICS.durations,
};

function judgeCalls(byQuery: Readonly<Record<string, { series: number }>>): Told {
  const check = 'calls in Prometheus';
  const missing = Object.entries(CALLS).flatMap(([key, metric]) =>
    (byQuery[key]?.series ?? 0) > 0 ? [] : [metric],
  );
  if (missing.length === 0) return ok(check, 'calls as they begin and end, and how long they take');
  return warning(
    check,
    `without ${missing.join(', ')}`,
    'Let it scrape the gateway on port 8082, or call a function once if none was called yet. Without calls forecasts are worse.',
  );
}
