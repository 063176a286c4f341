import type { LiveFunction, PodOutcome } from '#core/chain/ports.ts';
import { ForesizeError } from '#core/errors/error.ts';
import { keyOf } from '#core/function-key.ts';
import { type Drift, type DriftKind, driftOf } from '#core/policy/drift.ts';
import { formatResource } from '#core/policy/resources.ts';
import type { FunctionState } from '#core/policy/state.ts';
import type { Resources } from '#core/usage/reading.ts';
import { createKubernetesWorkloads } from '#platform/kubernetes/workloads.ts';
import { readStack } from '#platform/stack/read-stack.ts';
import { createStackActuator, resourcesOf } from '#platform/stack/stack-actuator.ts';
import { createConfigMapStateStore } from '#platform/state/configmap-state-store.ts';
import { textTable } from '../../training/backtest/text-table.ts';
import type { ClusterFlags } from '../observe/target-options.ts';
import { connectTo, warnings } from './connect-to.ts';

export interface DriftFlags extends ClusterFlags {
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

/** `foresize drift`; answers the exit code. Throws `function-not-found`, `identity-missing`, `stack-invalid`. */
export async function runDrift(functions: readonly string[], flags: DriftFlags): Promise<number> {
  if (flags.write && flags.stack === undefined) {
    throw new ForesizeError('request-invalid', '--write needs the file to write: --stack stack.yml');
  }
  const { signal } = new AbortController();
  const known = await readKnown(functions, flags, signal);
  const written = flags.write ? await writeStack(known, flags.stack ?? '', signal) : [];
  const rows = driftRows(known, flags.stack);
  const { json } = flags;
  process.stdout.write(json ? `${JSON.stringify({ rows, written })}\n` : driftText(rows, written, flags));
  return rows.some((row) => fails(row, flags)) || written.some(({ result }) => result !== 'applied') ? 1 : 0;
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

const HEADS = ['FUNCTION', 'RESOURCE', 'STACK.YML', 'TEMPLATE', 'PODS', 'LAST DECISION', 'DRIFT'];

/** A table of what drifts, or of everything, and what was written. */
function driftText(
  rows: readonly Drift[],
  written: readonly Written[],
  { all }: Pick<DriftFlags, 'all'>,
): string {
  const drifting = rows.filter(({ kinds }) => kinds.length > 0);
  const shown = all ? rows : drifting;
  const table = shown.length === 0 ? '' : textTable(HEADS, shown.map(toRow), HEADS.length);
  const told = written.map(({ name, result, detail }) => `${name}: ${result}: ${detail}\n`);
  const functions = new Set(rows.map(({ name }) => name)).size;
  return `${table}${told.join('')}${drifting.length} of ${rows.length} sizes of ${functions} functions drift.\n`;
}

function toRow({ name, resource, stack, template, pods, decided, kinds }: Drift): string[] {
  const text = (value: number | null): string => (value === null ? '–' : formatResource(resource, value));
  const [least, most] = [text(pods?.least ?? null), text(pods?.most ?? null)];
  const range = least === most ? least : `${least} … ${most}`;
  return [name, resource, text(stack), text(template), range, text(decided), kinds.join(', ')];
}
