import type { LiveFunction } from '#core/chain/ports.ts';
import { whyNotInPlace } from '#core/policy/surroundings.ts';
import { formatDurationMs } from '#core/units/duration.ts';
import type { ClockFacts, ClusterFacts, Facts } from '../facts.ts';
import { counted, listed, ok, problem, type Told, unknown, warning } from '../finding.ts';
import { valueIn } from '../seen.ts';

/** The API server, its version and namespace, in-place resize, what surrounds the functions, and the clocks. */
export function judgeCluster({ cluster, live, namespace, isLocal }: Facts): readonly Told[] {
  return [
    ok('API server', `Kubernetes ${cluster.version} at ${cluster.address}`),
    ...judgeNamespace(cluster, namespace),
    ...judgeResize(cluster, valueIn(live) ?? [], isLocal),
    ...judgeNodes(cluster),
    ...cluster.surroundings.unknown.map((why) => unknown('surroundings', why, READS)),
    judgeClock(cluster.clock),
  ];
}

const READS = 'Look with a kubeconfig that may read it.';

function judgeNamespace({ hasNamespace }: ClusterFacts, namespace: string): readonly Told[] {
  if ('why' in hasNamespace) return [unknown('namespace', hasNamespace.why, READS)];
  if (hasNamespace.value) return [];
  const advice = 'Install OpenFaaS, or name the namespace of your functions: --namespace NAME.';
  return [problem('namespace', `there is no namespace ${namespace}`, advice)];
}

function judgeResize(
  { surroundings, nodes }: ClusterFacts,
  live: readonly LiveFunction[],
  isLocal: boolean,
): readonly Told[] {
  const check = 'in-place resize';
  if (surroundings.servesResize === null || 'why' in nodes)
    return [unknown(check, 'what the API server serves, or the nodes, could not be read', READS)];
  const reasons = [...new Set(live.flatMap((one) => whyNotInPlace(surroundings, nodes.value, one) ?? []))];
  const old = reasons.length > 0 ? reasons : withoutPods(surroundings.servesResize);
  if (old.length === 0) {
    const versions = new Set(nodes.value.flatMap(({ kubeletVersion }) => kubeletVersion ?? []));
    const kubelets = isLocal ? '' : `, kubelets ${listed([...versions])}`;
    return [ok(check, `served${kubelets}`)];
  }
  const advice =
    'Upgrade to Kubernetes 1.33 or newer. Until then nothing running is resized: write the sizes with foresize recommend --stack stack.yml --write, or set ACTUATOR=gateway.';
  return old.map((reason) => problem(check, reason, advice));
}

/** Where no function runs yet. */
const withoutPods = (servesResize: boolean): readonly string[] =>
  servesResize ? [] : ['this cluster serves no pods/resize'];

function judgeNodes({ nodes }: ClusterFacts): readonly Told[] {
  if ('why' in nodes) return [unknown('nodes', nodes.why, READS)];
  const pressed = nodes.value.filter(({ pressures }) => (pressures ?? []).length > 0);
  if (pressed.length === 0)
    return [ok('nodes', `${counted(nodes.value.length, 'node')}, none under pressure`)];
  const told = pressed.map(({ name, pressures }) => `${name} (${(pressures ?? []).join(', ')})`);
  const advice = 'Give them room: no request of a function on them grows until then.';
  return [warning('nodes', `under pressure: ${listed(told)}`, advice)];
}

/** What this machine says of ages of samples and cycles is off by as much. */
const CLOCKS_DIFFER_MS = 5000;

function judgeClock({ aheadMs, withinMs }: ClockFacts): Told {
  const check = 'clock';
  if (withinMs === Infinity)
    return unknown(check, 'the API server sent no date', 'A proxy may take the header out: ask without it.');
  const off = Math.abs(aheadMs);
  if (off <= withinMs + CLOCKS_DIFFER_MS)
    return ok(check, `this machine and the API server agree within ${seconds(Math.max(withinMs, off))}`);
  const found = `this machine is ${seconds(off)} ${aheadMs > 0 ? 'ahead of' : 'behind'} the API server`;
  return warning(
    check,
    found,
    'Synchronise it (NTP): what foresize says of the age of samples here is off by as much.',
  );
}

/** In whole seconds, at least one. */
const seconds = (ms: number): string => formatDurationMs(Math.max(1, Math.ceil(ms / 1000)) * 1000);
