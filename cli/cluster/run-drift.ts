import type { LiveFunction, PodOutcome } from '#core/chain/ports.ts';
import { ForesizeError } from '#core/errors/error.ts';
import { keyOf } from '#core/function-key.ts';
import { type Drift, type DriftKind, driftOf } from '#core/policy/drift.ts';
import { formatResource, type ResourceName } from '#core/policy/resources.ts';
import type { FunctionState } from '#core/policy/state.ts';
import { columnTable, type TableColumn } from '#core/text-table.ts';
import type { Resources } from '#core/usage/reading.ts';
import { createKubernetesWorkloads } from '#platform/kubernetes/workloads.ts';
import { readStack } from '#platform/stack/read-stack.ts';
import { createStackActuator, resourcesOf } from '#platform/stack/stack-actuator.ts';
import { createConfigMapStateStore } from '#platform/state/configmap-state-store.ts';
import { withProgress } from '../live/share-progress.ts';
import type { QuietFlag } from '../live/tell.ts';
import { outputStyle } from '../live/terminal.ts';
import type { ClusterFlags } from '../observe/target-options.ts';
import { interruptibly } from '../up/interruption.ts';
import { connectTo, warnings } from './connect-to.ts';

export interface DriftFlags extends ClusterFlags, QuietFlag {
  readonly stack?: string;
  readonly write?: true;
  readonly failOn?: readonly (DriftKind | 'drift')[];
  readonly all?: true;
  readonly json?: true;
}

/** What was written into stack.yml for one function. */
export interface Written extends PodOutcome {
  readonly name: string;
}

interface Known {
  readonly live: LiveFunction;
  /** Of this very function, not of an earlier one of its name. */
  readonly state: FunctionState | undefined;
}

/** `foresize drift`. Throws `function-not-found`, `kubeconfig-unusable`, `stack-invalid`. */
export async function runDrift(functions: readonly string[], flags: DriftFlags): Promise<void> {
  if (flags.write && flags.stack === undefined) {
    throw new ForesizeError('request-invalid', '--write needs the file to write: --stack stack.yml');
  }
  await interruptibly(async (signal) => {
    const known = await withProgress((show) => {
      show(null, 'reading pods, Deployments and what was decided');
      return readKnown(functions, flags, signal);
    }, flags);
    const written = flags.write ? await writeStack(known, flags.stack ?? '', signal) : [];
    const rows = driftRows(known, flags.stack);
    process.stdout.write(
      flags.json
        ? `${JSON.stringify({ rows, written })}\n`
        : driftText(rows, written, { ...flags, width: outputStyle().columns }),
    );
    const isBad = rows.some((row) => fails(row, flags)) || written.some(({ result }) => result !== 'applied');
    if (isBad) process.exitCode = 1;
  });
}

const fails = ({ kinds }: Drift, { failOn = [] }: DriftFlags): boolean =>
  kinds.some((kind) => failOn.includes('drift') || failOn.includes(kind));

async function readKnown(
  names: readonly string[],
  flags: ClusterFlags,
  signal: AbortSignal,
): Promise<readonly Known[]> {
  const connection = await connectTo(flags);
  try {
    const [live, { functions }] = await Promise.all([
      createKubernetesWorkloads(connection).functions(signal),
      createConfigMapStateStore(connection, warnings).load(signal),
    ]);
    const missing = names.find((name) => !live.some((target) => target.name === name));
    if (missing !== undefined) {
      throw new ForesizeError('function-not-found', `there is no function ${missing} in ${flags.namespace}`);
    }
    return live
      .filter(({ name }) => names.length === 0 || names.includes(name))
      .map((target) => {
        const state = functions.get(keyOf(target));
        return { live: target, state: state?.uid === target.uid ? state : undefined };
      });
  } finally {
    connection.close();
  }
}

function driftRows(known: readonly Known[], path: string | undefined): readonly Drift[] {
  const stack = path === undefined ? undefined : stackSizes(path);
  return known.flatMap(({ live, state }) => {
    const { namespace, name, template } = live;
    const pods = live.pods.map(({ desired }) => desired);
    return driftOf({
      namespace,
      name,
      template,
      pods,
      stack: stack?.get(name) ?? null,
      decided: state?.applied ?? null,
    });
  });
}

function stackSizes(path: string): ReadonlyMap<string, Resources> {
  return new Map(readStack(path, process.env).functions.map((found) => [found.name, resourcesOf(found)]));
}

/** Of functions in the file about which something was decided; one after another, for it is one file. */
async function writeStack(
  known: readonly Known[],
  path: string,
  signal: AbortSignal,
): Promise<readonly Written[]> {
  const actuator = createStackActuator({ path, environment: process.env });
  const there = stackSizes(path);
  const written: Written[] = [];
  for (const { live, state } of known) {
    if (!state?.applied || !there.has(live.name)) continue;
    for (const change of actuator.plan(live, state.applied)) {
      written.push({ name: live.name, ...(await actuator.apply(change, signal)) });
    }
  }
  return written;
}

const valueText = (resource: ResourceName, value: number | null): string =>
  value === null ? '–' : formatResource(resource, value);

function podsText({ resource, pods }: Drift): string {
  const [least, most] = [valueText(resource, pods?.least ?? null), valueText(resource, pods?.most ?? null)];
  return least === most ? least : `${least} … ${most}`;
}

const COLUMNS: readonly TableColumn<Drift>[] = [
  { title: 'FUNCTION', cell: ({ name }) => name, sacrifice: 0 },
  { title: 'RESOURCE', cell: ({ resource }) => resource, sacrifice: 1 },
  { title: 'STACK.YML', cell: ({ resource, stack }) => valueText(resource, stack), sacrifice: 6 },
  { title: 'TEMPLATE', cell: ({ resource, template }) => valueText(resource, template), sacrifice: 5 },
  { title: 'PODS', cell: podsText, sacrifice: 4 },
  { title: 'LAST DECISION', cell: ({ resource, decided }) => valueText(resource, decided), sacrifice: 3 },
  { title: 'DRIFT', cell: ({ kinds }) => kinds.join(', '), sacrifice: 2 },
];

/** A table of what drifts, or of everything, and what was written. */
export function driftText(
  rows: readonly Drift[],
  written: readonly Written[],
  { all, quiet, width }: Pick<DriftFlags, 'all' | 'quiet'> & { readonly width?: number },
): string {
  const drifting = rows.filter(({ kinds }) => kinds.length > 0);
  const shown = all ? rows : drifting;
  const table = shown.length === 0 ? '' : columnTable(COLUMNS, shown, width);
  const told = written.map(({ name, result, detail }) => `${name}: ${result}: ${detail}\n`);
  const functions = new Set(rows.map(({ name }) => name)).size;
  const sum = `Of ${rows.length} sizes of ${functions} ${functions === 1 ? 'function' : 'functions'}, ${drifting.length} drift.\n`;
  return `${table}${told.join('')}${quiet ? '' : sum}`;
}
