import { expect } from 'chai';
import type { Facts, PrometheusFacts } from '../../../cli/doctor/facts.ts';
import type { Finding, Level } from '../../../cli/doctor/finding.ts';
import { reportOf } from '../../../cli/doctor/report.ts';
import { live } from '../../core/chain/in-memory.ts';
import { NOW } from '../../core/policy/situation.ts';
import {
  cadvisorWithout,
  CRON,
  CYCLE,
  DEPLOYED,
  deployedWith,
  granted,
  grantedBut,
  HEALTHY,
  kubelet,
  LIVE,
  liveWith,
  own,
  prometheus,
} from './facts.ts';

type Part = 'cluster' | 'gateway' | 'metrics' | 'identities' | 'chain';

/** Healthy facts, with parts of a part otherwise. */
function facts<K extends Part>(part: K, change: Partial<Facts[K]>, more: Partial<Facts> = {}): Facts {
  return { ...HEALTHY, ...more, [part]: { ...HEALTHY[part], ...change } };
}

const surroundings = HEALTHY.cluster.surroundings;

/** What is not ok. */
const wrongIn = (seen: Facts): readonly Finding[] =>
  reportOf(seen).findings.filter(({ level }) => level !== 'ok');

/** The one finding that is not ok: its level, its check and all of its text. */
function onlyWrong(seen: Facts): readonly [Level, string, string] {
  const wrong = wrongIn(seen);
  expect(wrong.map(({ check, found }) => `${check}: ${found}`)).to.have.lengthOf(1);
  const [{ level, check, found, advice }] = wrong as [Finding];
  return [level, check, `${found} → ${advice ?? ''}`];
}

const found = (seen: Facts, check: string): readonly string[] =>
  reportOf(seen)
    .findings.filter((finding) => finding.check === check)
    .map((finding) => finding.found);

describe('Foresize doctor on the cluster', () => {
  it('finds nothing wrong with a healthy one', () => {
    expect(wrongIn(HEALTHY)).to.deep.equal([]);
  });

  it('names the namespace that is not there', () => {
    const [level, check, text] = onlyWrong(facts('cluster', { hasNamespace: { value: false } }));
    expect([level, check]).to.deep.equal(['problem', 'namespace']);
    expect(text).to.include('there is no namespace openfaas-fn').and.to.include('--namespace');
  });

  it('takes an API server without pods/resize, or an old kubelet, for a problem', () => {
    const without = { surroundings: { ...surroundings, servesResize: false } };
    expect(onlyWrong(facts('cluster', without))[2])
      .to.include('serves no pods/resize')
      .and.to.include('1.33');
    const none = facts('cluster', without, { live: { value: [] } });
    expect(found(none, 'in-place resize')).to.deep.equal(['this cluster serves no pods/resize']);
    const [node] = 'value' in HEALTHY.cluster.nodes ? HEALTHY.cluster.nodes.value : [];
    const old = { nodes: { value: [{ ...node!, kubeletVersion: 'v1.31.2' }] } };
    expect(onlyWrong(facts('cluster', old))[2]).to.include('node-1 runs Kubernetes v1.31.2');
  });

  it('does not call ok what it could not read', () => {
    const unread = { surroundings: { ...surroundings, servesResize: null, unknown: ['refused with 403'] } };
    expect(wrongIn(facts('cluster', unread)).map(({ level, check }) => [level, check])).to.deep.equal([
      ['unknown', 'in-place resize'],
      ['unknown', 'surroundings'],
    ]);
    const nodes = facts('cluster', { nodes: { why: 'list of the nodes was refused with 403' } });
    expect(wrongIn(nodes).map(({ level, check }) => [level, check])).to.deep.equal([
      ['unknown', 'in-place resize'],
      ['unknown', 'nodes'],
    ]);
  });

  it('warns of a node under pressure', () => {
    const [node] = 'value' in HEALTHY.cluster.nodes ? HEALTHY.cluster.nodes.value : [];
    const nodes = { value: [{ ...node!, pressures: ['MemoryPressure'] }] };
    expect(onlyWrong(facts('cluster', { nodes }))[2]).to.include('node-1 (MemoryPressure)');
  });

  it('warns where this machine differs from the API server, by more than can be measured', () => {
    const clock = (aheadMs: number, withinMs = 510) => facts('cluster', { clock: { aheadMs, withinMs } });
    expect(wrongIn(clock(5400))).to.deep.equal([]);
    expect(wrongIn(clock(9000, 6000))).to.deep.equal([]);
    const behind = wrongIn(clock(-42_000)).filter(({ check }) => check === 'clock');
    expect(behind[0]).to.include({ level: 'warning', found: 'this machine is 42s behind the API server' });
    expect(wrongIn(clock(0, Infinity))[0]).to.include({ level: 'unknown', check: 'clock' });
  });

  it('counts cycles and samples by the API server’s clock', () => {
    const hourAhead = { aheadMs: 3_600_000, withinMs: 510 };
    const moved = facts('cluster', { clock: hourAhead }, { atMs: NOW + 3_600_000 });
    const kubelets = HEALTHY.metrics.kubelets.map((one) =>
      'value' in one.read
        ? { ...one, read: { value: { ...one.read.value, askedAtMs: NOW + 3_600_000 } } }
        : one,
    );
    const seen = { ...moved, metrics: { ...HEALTHY.metrics, kubelets } };
    expect(wrongIn(seen).map(({ check }) => check)).to.deep.equal(['clock']);
  });
});

describe('Foresize doctor on the gateway', () => {
  it('takes no answer, and another one than a gateway’s, for a problem', () => {
    const silent = facts('gateway', { health: { why: 'GET http://127.0.0.1:8080/healthz failed: refused' } });
    expect(onlyWrong(silent)[2]).to.include('refused').and.to.include('--gateway URL');
    expect(onlyWrong(facts('gateway', { health: { value: 404 } }))[2]).to.include('answers 404');
    const forbidden = facts('gateway', { health: { value: 403 } });
    expect(onlyWrong(forbidden).slice(0, 2)).to.deep.equal(['unknown', 'reachable']);
  });

  it('takes a gateway that asks nobody for a password for a problem', () => {
    const [level, check] = onlyWrong(facts('gateway', { strangerStatus: { value: 200 } }));
    expect([level, check]).to.deep.equal(['problem', 'password']);
  });

  it('does not know whether it is authorised without a password, and says what is wrong with one', () => {
    expect(onlyWrong(facts('gateway', { login: null }))[2]).to.include('--password-file');
    const why = 'the gateway answered 401 to the info';
    const refused = { from: 'password.txt', provider: { why }, functions: { why } };
    expect(onlyWrong(facts('gateway', { login: refused }))[2])
      .to.include(`with the password in password.txt: ${why}`)
      .and.to.include('faas-cli login');
  });

  it('names the Prometheus without which a gateway lists no functions', () => {
    const login = { ...HEALTHY.gateway.login!, functions: { why: 'the gateway did not answer' } };
    expect(onlyWrong(facts('gateway', { login }))[2]).to.include('Prometheus beside the gateway');
  });

  it('tells metrics without calls begun, without any call, and none of a gateway apart', () => {
    const counted = (...names: string[]) =>
      facts('gateway', { metrics: { where: 'http://gw:8082', names: { value: new Set(names) } } });
    expect(onlyWrong(counted('gateway_function_invocation_total')).slice(0, 2)).to.deep.equal([
      'warning',
      'calls counted',
    ]);
    expect(wrongIn(counted('gateway_service_count'))).to.deep.equal([]);
    expect(onlyWrong(counted()).slice(0, 2)).to.deep.equal(['unknown', 'calls counted']);
  });

  it('misses them only where collect-metrics reads them', () => {
    const metrics = { where: 'the Service openfaas/gateway:8082', names: { why: 'answered 404' } };
    expect(onlyWrong(facts('gateway', { metrics }))[0]).to.equal('problem');
    const deployed = deployedWith('collect-metrics', { environment: { METRICS_SOURCE: 'metrics-api' } });
    expect(found(facts('gateway', { metrics }, { deployed }), 'calls counted')).to.deep.equal([
      'its metrics are not read with METRICS_SOURCE=metrics-api',
    ]);
  });
});

describe('Foresize doctor on the metrics', () => {
  const kubelets = (...all: Facts['metrics']['kubelets']) => facts('metrics', { kubelets: all });

  it('says what is lost without a series of cAdvisor', () => {
    const oom = onlyWrong(kubelets(kubelet('node-1', cadvisorWithout('container_oom_events_total'))));
    expect(oom[0]).to.equal('warning');
    expect(oom[2]).to.include('container_oom_events_total (a process killed');
    const throttled = cadvisorWithout('container_cpu_cfs_throttled_seconds_total');
    expect(onlyWrong(kubelets(kubelet('node-1', throttled)))[0]).to.equal('problem');
  });

  it('does not miss throttling where no function has a CPU limit', () => {
    const names = cadvisorWithout(
      'container_cpu_cfs_throttled_seconds_total',
      'container_cpu_cfs_throttled_periods_total',
    );
    const unlimited = LIVE.map((one) => ({
      ...one,
      pods: one.pods.map((pod) => ({ ...pod, inForce: { ...pod.inForce, cpuLimitCores: null } })),
    }));
    const seen = { ...kubelets(kubelet('node-1', names)), live: { value: unlimited } };
    expect(wrongIn(seen)).to.deep.equal([]);
  });

  it('does not know of kubelets that may not be read, or are not known', () => {
    const refused = { node: 'node-2', read: { why: 'GET … answered 403' } };
    expect(onlyWrong(kubelets(kubelet('node-1'), refused))[2]).to.include(
      '1 of 2 could not be read (node-2)',
    );
    expect(onlyWrong(kubelets()).slice(0, 2)).to.deep.equal(['unknown', 'kubelets']);
    const idle = {
      node: 'node-1',
      read: { value: { names: new Set<string>(), newestMs: null, askedAtMs: NOW } },
    };
    expect(onlyWrong(kubelets(idle)).slice(0, 2)).to.deep.equal(['unknown', 'kubelets']);
  });

  it('finds samples from the future, and old ones, by node', () => {
    const ahead = onlyWrong(kubelets(kubelet('node-1'), kubelet('node-2', cadvisorWithout(), -20_000)));
    expect(ahead[0]).to.equal('warning');
    expect(ahead[2]).to.include('samples of node-2 are up to 20s in the future');
    expect(onlyWrong(kubelets(kubelet('node-1', cadvisorWithout(), -90_000)))[0]).to.equal('problem');
    const old = onlyWrong(kubelets(kubelet('node-1', cadvisorWithout(), 900_000)));
    expect(old[0]).to.equal('problem');
    expect(old[2]).to.include('up to 14m59s old');
  });

  it('needs the Metrics API only where it is the source', () => {
    const metricsApi = { value: { absence: 'the server could not find the requested resource', pods: 0 } };
    expect(wrongIn(facts('metrics', { metricsApi }))).to.deep.equal([]);
    const deployed = deployedWith('collect-metrics', { environment: { METRICS_SOURCE: 'metrics-api' } });
    const told = (seen: Facts) => wrongIn(seen).filter(({ check }) => check === 'Metrics API');
    expect(told(facts('metrics', { metricsApi }, { deployed }))[0]).to.include({ level: 'problem' });
    const [served] = told({ ...HEALTHY, deployed });
    expect(served).to.include({ level: 'warning' });
    expect(served?.found).to.include('mode apply acts as recommend');
  });

  it('says which series a Prometheus lacks, and at which resolution it has them', () => {
    const deployed = deployedWith('collect-metrics', { environment: { METRICS_SOURCE: 'prometheus' } });
    const rights = { ...HEALTHY.identities.rights!, reader: { value: granted('reader', 'prometheus') } };
    const identities = { ...HEALTHY.identities, rights };
    const seen = (prometheusFacts: PrometheusFacts): Facts => ({
      ...HEALTHY,
      deployed,
      identities,
      metrics: { ...HEALTHY.metrics, prometheus: prometheusFacts },
    });
    expect(found(seen(prometheus()), 'Prometheus')).to.deep.equal([
      'the Service openfaas/prometheus:9090 has all series, every 15s',
    ]);
    expect(wrongIn(seen(prometheus()))).to.deep.equal([]);
    expect(onlyWrong(seen(prometheus(60_000)))[2])
      .to.include('every 1m')
      .and.to.include('scrape_interval');
    const lacking = onlyWrong(seen(prometheus(15_000, ['cpuSeconds', 'memoryBytes'])));
    expect(lacking[0]).to.equal('problem');
    expect(lacking[2])
      .to.include('container_cpu_usage_seconds_total, container_memory_working_set_bytes (nothing is sized)')
      .and.to.include('foresize-prometheus');
    expect(onlyWrong(seen(prometheus(15_000, ['started', 'durations'])))[2]).to.include(
      'without gateway_function_invocation_started, gateway_functions_seconds_bucket',
    );
    const pinned = { ...prometheus(15_000, ['cpuSeconds']), pinned: 'job=kubelet' };
    expect(onlyWrong(seen(pinned))[2]).to.include(
      'of the series with job=kubelet (PROMETHEUS_CONTAINER_LABELS)',
    );
    const silent = {
      where: 'http://prometheus:9090',
      isExpected: true,
      pinned: null,
      series: { why: 'Prometheus at …: refused' },
    };
    expect(
      onlyWrong({ ...seen(prometheus()), metrics: { ...HEALTHY.metrics, prometheus: silent } })[0],
    ).to.equal('problem');
  });

  it('tells of a Prometheus that is not read, and asks for nothing', () => {
    const seen = facts('metrics', { prometheus: prometheus(15_000, ['cpuSeconds'], false) });
    expect(wrongIn(seen)).to.deep.equal([]);
    expect(found(seen, 'Prometheus')[0]).to.include('not read with METRICS_SOURCE=scrape');
  });

  it('does not miss series in a Prometheus while no function runs', () => {
    const idle = { live: { value: [] }, deployed: { value: [] } };
    const seen = facts('metrics', { prometheus: prometheus(15_000, ['cpuSeconds']) }, idle);
    expect(wrongIn(seen).map(({ level, check }) => [level, check])).to.deep.include([
      'unknown',
      'Prometheus',
    ]);
  });

  it('names functions that a Prometheus has nothing of', () => {
    const all = { value: [...LIVE, live('new', { annotations: {} })] };
    const seen = facts('metrics', { prometheus: prometheus() }, { live: all });
    expect(onlyWrong(seen)[2]).to.include('has nothing of new');
  });
});

describe('Foresize doctor on the identities', () => {
  const tokens = HEALTHY.identities.tokens;
  const reader = (change: Partial<typeof tokens.reader>) =>
    facts('identities', { tokens: { ...tokens, reader: { ...tokens.reader, ...change } } });

  it('finds a token that is missing, incomplete or no longer taken', () => {
    expect(onlyWrong(reader({ secret: { value: null }, accepted: null }))[2]).to.include(
      'helm install foresize',
    );
    const secret = { value: { type: 'Opaque', keys: ['ca.crt'], account: 'foresize-reader' } };
    expect(onlyWrong(reader({ secret, accepted: null }))[2]).to.include('has no token, no namespace');
    expect(onlyWrong(reader({ accepted: { value: false } }))[2]).to.include('does not take its token');
  });

  it('does not know what it may not read', () => {
    const why = 'read of the Secret openfaas-fn/foresize-reader was refused with 403';
    expect(onlyWrong(reader({ secret: { why }, accepted: null })).slice(0, 2)).to.deep.equal([
      'unknown',
      'foresize-reader',
    ]);
    expect(onlyWrong(facts('identities', { key: { why } })).slice(0, 2)).to.deep.equal([
      'unknown',
      'foresize-key',
    ]);
  });

  it('finds a key that is missing, malformed or kept for too long', () => {
    const key = (keys: number, wrong: string | null = null) =>
      facts('identities', { key: { value: { keys, wrong } } });
    expect(onlyWrong(facts('identities', { key: { value: null } }))[2]).to.include(
      'faas-cli secret create foresize-key',
    );
    expect(onlyWrong(key(1, 'a key of foresize-key has 12 bytes; 32 are needed'))[2]).to.include(
      '32 random bytes',
    );
    expect(wrongIn(key(2))).to.deep.equal([]);
    expect(onlyWrong(key(3))[0]).to.equal('warning');
  });

  it('says once that nothing is installed', () => {
    const absent = { secret: { value: null }, accepted: null };
    const identities = { tokens: { reader: absent, writer: absent }, key: { value: null }, rights: null };
    const chain = { ...HEALTHY.chain, cycle: { value: null }, killSwitch: { value: null } };
    const wrong = wrongIn({ ...HEALTHY, identities, chain, live: { value: [] }, deployed: { value: [] } });
    expect(wrong.map(({ check, found }) => `${check}: ${found}`)).to.deep.equal([
      'installation: nothing of deploy/ is in the namespace openfaas-fn',
      'functions: the suite is not deployed',
    ]);
  });

  it('finds a right that is missing, and one too many', () => {
    const rights = (changes: Partial<NonNullable<Facts['identities']['rights']>>) =>
      facts('identities', { rights: { ...HEALTHY.identities.rights!, ...changes } });
    const missing = onlyWrong(rights({ writer: grantedBut('writer', { 'patch pods/resize': false }) }));
    expect(missing[0]).to.equal('problem');
    expect(missing[2]).to.include('foresize-writer may not patch pods/resize');
    const extra = onlyWrong(rights({ reader: grantedBut('reader', { 'list secrets': true }) }));
    expect(extra[0]).to.equal('warning');
    expect(extra[2]).to.include('foresize-reader may, and need not: list secrets');
    const others = onlyWrong(rights({ default: grantedBut('default', { 'patch pods/resize': true }) }));
    expect(others[0]).to.equal('problem');
    expect(others[2]).to.include('every function may');
    expect(onlyWrong(rights({ reader: { why: 'was answered 403' } })).slice(0, 2)).to.deep.equal([
      'unknown',
      'rights',
    ]);
  });

  it('takes nodes/proxy back where the kubelets are not read', () => {
    const deployed = deployedWith('collect-metrics', { environment: { METRICS_SOURCE: 'prometheus' } });
    const wrong = wrongIn({ ...HEALTHY, deployed });
    expect(wrong.map(({ level, check }) => [level, check])).to.deep.equal([['warning', 'rights of reader']]);
    expect(wrong[0]?.advice).to.include('--set metricsSource=prometheus');
  });

  it('finds functions of the suite without their secrets, and others with them', () => {
    const without = { ...HEALTHY, deployed: deployedWith('apply-resources', { secrets: ['foresize-key'] }) };
    expect(onlyWrong(without)[2]).to.include('apply-resources does not mount foresize-writer');
    const more = ['foresize-key', 'foresize-writer'];
    expect(
      onlyWrong({ ...HEALTHY, deployed: deployedWith('predict-resources', { secrets: more }) })[0],
    ).to.equal('warning');
    const page = { name: 'page', environment: {}, secrets: ['foresize-reader'] };
    expect(wrongIn({ ...HEALTHY, deployed: { value: [...DEPLOYED, page] } })).to.deep.equal([]);
    const stranger = onlyWrong({
      ...HEALTHY,
      deployed: deployedWith('qrcode', { secrets: ['foresize-key'] }),
    });
    expect(stranger[0]).to.equal('problem');
    expect(stranger[2]).to.include('qrcode can sign messages');
  });
});

describe('Foresize doctor on the chain', () => {
  const collect = (annotations: Readonly<Record<string, string>>): Facts => ({
    ...HEALTHY,
    live: liveWith('collect-metrics', { annotations }),
  });
  const cycle = (text: string | undefined, more: Partial<Facts> = {}) =>
    facts('chain', { cycle: { value: text === undefined ? {} : { cycle: text } } }, more);

  it('finds functions that are not deployed, not ready, or too many', () => {
    const without = { value: LIVE.filter(({ name }) => name !== 'predict-resources') };
    expect(onlyWrong({ ...HEALTHY, live: without })[2]).to.include('predict-resources not deployed');
    const idle = liveWith('apply-resources', { pods: [] });
    expect(onlyWrong({ ...HEALTHY, live: idle })[2]).to.include('no pod of apply-resources is ready');
    const many = liveWith('collect-metrics', { annotations: CRON, replicas: 3 });
    expect(onlyWrong({ ...HEALTHY, live: many })[0]).to.equal('warning');
  });

  it('reads the environment as the functions do', () => {
    const wrong = {
      ...HEALTHY,
      deployed: deployedWith('collect-metrics', { environment: { CHAIN: 'sideways' } }),
    };
    expect(onlyWrong(wrong)[2]).to.include('collect-metrics: CHAIN="sideways"');
    const queries = { PROMETHEUS_QUERIES: '{"cpu": "x"}' };
    expect(
      onlyWrong({ ...HEALTHY, deployed: deployedWith('collect-metrics', { environment: queries }) })[2],
    ).to.include('Prometheus queries');
    const apart = {
      ...HEALTHY,
      deployed: deployedWith('predict-resources', { environment: { CYCLE_PERIOD: '30s' } }),
    };
    expect(onlyWrong(apart)[2]).to.include('CYCLE_PERIOD is not the same in all three');
    const elsewhere = {
      ...HEALTHY,
      deployed: deployedWith('apply-resources', { environment: { FUNCTION_NAMESPACE: 'shop' } }),
    };
    expect(onlyWrong(elsewhere)[2]).to.include(
      'FUNCTION_NAMESPACE of apply-resources is shop, not openfaas-fn',
    );
  });

  it('does not know of an environment that is not shown', () => {
    const deployed = { why: 'list of the Deployments in openfaas-fn was refused with 403' };
    expect(wrongIn({ ...HEALTHY, deployed }).map(({ level, check }) => [level, check])).to.deep.equal([
      ['unknown', 'secrets'],
      ['unknown', 'configuration'],
    ]);
  });

  it('finds a schedule that the cron-connector passes over', () => {
    expect(onlyWrong(collect({ schedule: '@every 15s' }))[2]).to.include('has no annotation topic');
    expect(onlyWrong(collect({ ...CRON, topic: 'cron' }))[2]).to.include(
      'topic of collect-metrics is "cron"',
    );
    expect(onlyWrong(collect({ topic: 'cron-function' }))[2]).to.include('no annotation schedule');
    expect(onlyWrong(collect({ ...CRON, schedule: '*/15 * * * * *' }))[2]).to.include(
      'five fields are wanted',
    );
  });

  it('warns of a schedule that is not the length of a cycle', () => {
    const slow = onlyWrong(collect({ ...CRON, schedule: '* * * * *' }));
    expect(slow[0]).to.equal('warning');
    expect(slow[2]).to.include('is not CYCLE_PERIOD, 15s: cycles are left out');
    expect(onlyWrong(collect({ ...CRON, schedule: '@every 5s' }))[2]).to.include('answered 429');
    const hourly = { environment: { CYCLE_PERIOD: '1h' } };
    const all = DEPLOYED.map((one) => ({ ...one, ...hourly }));
    const cycles = { cycle: { value: { cycle: String(Math.floor(NOW / 3_600_000)) } } };
    const applied = {
      value: { appliedCycle: Math.floor(NOW / 3_600_000), functions: 2, changedAtMs: null, unreadable: [] },
    };
    const seen = { ...collect({ ...CRON, schedule: '@hourly' }), deployed: { value: all } };
    expect(wrongIn({ ...seen, chain: { ...HEALTHY.chain, ...cycles, state: applied } })).to.deep.equal([]);
  });

  it('finds cycles that stopped, never began, or lie in the future', () => {
    expect(wrongIn(cycle(String(CYCLE - 4)))).to.deep.equal([]);
    const stopped = onlyWrong(cycle(String(CYCLE - 240)));
    expect(stopped[2])
      .to.include('the last cycle began 1h ago, and one begins every 15s')
      .and.to.include('cron-connector (it runs)');
    expect(onlyWrong(cycle(undefined))[2]).to.include('no cycle has begun yet');
    expect(onlyWrong(cycle('soon'))[2]).to.include('"soon"');
    expect(onlyWrong(cycle(String(CYCLE + 1000)))[2]).to.include('in the future');
    expect(onlyWrong(facts('chain', { cycle: { value: null } }))[2]).to.include('foresize-cycle is missing');
    expect(onlyWrong(facts('chain', { cycle: { why: 'refused with 403' } }))[0]).to.equal('unknown');
  });

  it('waits for the first cycle of a function that has just started', () => {
    const [pod] = own('collect-metrics').pods;
    const pods = (readySinceMs: number) => ({ annotations: CRON, pods: [{ ...pod!, readySinceMs }] });
    const young = { live: liveWith('collect-metrics', pods(NOW - 20_000)) };
    expect(onlyWrong(cycle(undefined, young))[2]).to.include('none yet: collect-metrics runs for 20s');
    expect(onlyWrong(cycle(String(CYCLE - 9000), young))[0]).to.equal('unknown');
    const old = { live: liveWith('collect-metrics', pods(NOW - 121_000)) };
    expect(onlyWrong(cycle(undefined, old))[0]).to.equal('problem');
  });

  it('says where there is no cron-connector, or it does not run', () => {
    expect(onlyWrong(cycle(undefined, { components: { value: [] } }))[2]).to.include(
      'Install the cron-connector',
    );
    const value = [{ name: 'cron-connector', image: '', readyReplicas: 0, environment: {}, arguments: [] }];
    expect(onlyWrong(cycle(undefined, { components: { value } }))[2]).to.include('of which no pod is ready');
  });

  it('finds cycles that are not carried out', () => {
    const state = (appliedCycle: number | null) =>
      facts('chain', { state: { value: { appliedCycle, functions: 0, changedAtMs: null, unreadable: [] } } });
    expect(onlyWrong(state(CYCLE - 100))[2]).to.include('the last one carried out is 25m older');
    expect(onlyWrong(state(null))[2])
      .to.include('none has been carried out')
      .and.to.include('faas-cli logs apply-resources');
    const alone = { ...state(null), live: { value: LIVE.slice(0, 3) } };
    expect(wrongIn(alone)).to.deep.equal([]);
  });

  it('says what stops writes', () => {
    const off = onlyWrong(facts('chain', { killSwitch: { value: { writes: 'off' } } }));
    expect(off[0]).to.equal('warning');
    expect(off[2]).to.include('kubectl -n openfaas-fn patch configmap foresize-kill-switch');
    expect(onlyWrong(facts('chain', { killSwitch: { value: null } }))[0]).to.equal('problem');
    const dry = {
      ...HEALTHY,
      deployed: deployedWith('apply-resources', { environment: { DRY_RUN: 'true' } }),
    };
    expect(onlyWrong(dry)[2]).to.include('DRY_RUN=true');
    const none = {
      ...HEALTHY,
      deployed: deployedWith('apply-resources', { environment: { ACTUATOR: 'none' } }),
    };
    expect(onlyWrong(none)[2]).to.include('ACTUATOR=none');
  });

  it('looks at the queue where the chain goes through it', () => {
    const deployed = deployedWith('collect-metrics', { environment: { CHAIN: 'async' } });
    const queue = (image: string, nats: readonly string[]): Facts => ({
      ...HEALTHY,
      deployed,
      components: {
        value: [
          {
            name: 'queue-worker',
            image,
            readyReplicas: 1,
            environment: { max_inflight: '1' },
            arguments: [],
          },
          { name: 'nats', image: 'nats:2', readyReplicas: 1, environment: {}, arguments: nats },
        ],
      },
    });
    const jetstream = 'ghcr.io/openfaasltd/jetstream-queue-worker:0.4';
    expect(found({ ...HEALTHY, deployed: { value: DEPLOYED } }, 'queue')).to.deep.equal([
      'not used with CHAIN=sync',
    ]);
    expect(onlyWrong({ ...HEALTHY, deployed })[2]).to.include('there is no queue-worker');
    expect(wrongIn(queue(jetstream, []))).to.deep.equal([]);
    expect(onlyWrong(queue('ghcr.io/openfaas/queue-worker:0.14.2', []))[2]).to.include('1 at a time');
    expect(onlyWrong(queue(jetstream, ['--max_payload=65536']))[2]).to.include('NATS takes 65536 bytes');
    expect(onlyWrong(queue(jetstream, ['-c', '/etc/nats.conf']))[0]).to.equal('unknown');
  });
});

describe('Foresize doctor on the functions', () => {
  it('names each wrong annotation with its function', () => {
    const seen = { ...HEALTHY, live: liveWith('resize', { annotations: { 'foresize/mode': 'aply' } }) };
    const [level, check, text] = onlyWrong(seen);
    expect([level, check]).to.deep.equal(['problem', 'annotations']);
    expect(text).to.include('resize: foresize/mode: "aply" must be one of off, recommend, apply');
    expect(found(seen, 'annotations')[1]).to.equal('valid on 1 function: 1 apply');
  });

  it('says that replicas cannot be set without the gateway’s password', () => {
    const annotations = { 'foresize/mode': 'apply', 'foresize/replicas': 'scale' };
    const seen = { ...HEALTHY, live: liveWith('resize', { annotations }) };
    expect(onlyWrong(seen)[2]).to.include('does not mount basic-auth-user, basic-auth-password');
    const secrets = ['foresize-key', 'foresize-writer', 'basic-auth-user', 'basic-auth-password'];
    expect(wrongIn({ ...seen, deployed: deployedWith('apply-resources', { secrets }) })).to.deep.equal([]);
  });

  it('asks for nothing where there is none yet', () => {
    const seen = {
      ...HEALTHY,
      live: { value: [own('collect-metrics', { annotations: CRON }), ...LIVE.slice(1, 3)] },
    };
    expect(wrongIn(seen)).to.deep.equal([]);
    expect(found(seen, 'annotations')).to.deep.equal(['there is no function to size yet']);
  });
});
