/**
 * What Foresize does to the latency of real calls, and whether the kernel's counters tell it: `npm run measure:latency`.
 * On the local platform, and on the cluster that KUBECONFIG names (see test/cluster/README.md for its variables).
 * `--place local|cluster` and `--part modes|stretch` do one of them, `--runs N` takes medians of N, `--json FILE` keeps all.
 */
import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { loadavg } from 'node:os';
import { textTable } from '#core/text-table.ts';
import { describeMachine } from './bench/machine.ts';
import { clusterPlace } from './latency/cluster-place.ts';
import { localPlace } from './latency/local-place.ts';
import { measureModes, MODE_FUNCTIONS, type Modes } from './latency/modes.ts';
import { measureStretch, STRETCH_FUNCTIONS, type StretchRow } from './latency/stretch.ts';
import type { Place } from './latency/place.ts';

interface Measured {
  readonly place: string;
  /** The machine's load average over five minutes, before and after: much more than this makes is someone else's. */
  readonly loadBefore: number;
  readonly loadAfter: number;
  readonly modes: Modes | null;
  readonly stretch: readonly StretchRow[] | null;
}

const { values } = parseArgs({
  options: {
    place: { type: 'string', multiple: true, default: ['local', 'cluster'] },
    part: { type: 'string', multiple: true, default: ['modes', 'stretch'] },
    runs: { type: 'string', default: '3' },
    json: { type: 'string' },
  },
});

const PLACES: Readonly<Record<string, (functions: typeof MODE_FUNCTIONS) => Promise<Place>>> = {
  local: localPlace,
  cluster: clusterPlace,
};

const out = (text: string): void => void process.stdout.write(`${text}\n`);
const progress = (text: string): void => void process.stderr.write(`${text}\n`);
const number = (value: number, digits = 2): string => value.toFixed(digits);
const load = (): number => loadavg()[1] ?? NaN;

async function measure(make: (functions: typeof MODE_FUNCTIONS) => Promise<Place>): Promise<Measured> {
  const runs = Number(values.runs);
  const place = await make([...MODE_FUNCTIONS, ...STRETCH_FUNCTIONS]);
  try {
    progress(place.name);
    const loadBefore = load();
    const stretch = values.part.includes('stretch') ? await measureStretch(place, runs, progress) : null;
    const modes = values.part.includes('modes') ? await measureModes(place, runs, progress) : null;
    return { place: place.name, loadBefore, loadAfter: load(), modes, stretch };
  } finally {
    await place.stop();
  }
}

function modesTable({ budgetMs, rows }: Modes): string {
  const head = [
    'function',
    'CPU limit',
    'p95 ms',
    '÷ unlimited',
    '÷ budget',
    'request ÷ busiest minute',
    'errors',
  ];
  const cells = rows.map((row) => [
    row.name,
    row.limitCores === null ? 'none' : number(row.limitCores, 3),
    number(row.p95Ms, 0),
    `${number(row.ratio)} (${row.ratios.map((ratio) => number(ratio)).join(', ')})`,
    number(row.budgetShare),
    number(row.requestOverUse),
    String(row.errors),
  ]);
  return `${textTable(head, cells)}budget: ${budgetMs} ms`;
}

function stretchTable(rows: readonly StretchRow[]): string {
  const head = ['calls', 'node', 'CPU limit', 'ms', 'slowdown', '1 + stretch', 'slowdown ÷ that'];
  const cells = rows.map((row) => [
    row.shape,
    row.node,
    number(row.limitCores),
    number(row.callMs, 0),
    number(row.slowdown),
    number(row.predicted),
    number(row.agreement),
  ]);
  return textTable(head, cells);
}

const machine = describeMachine();
out(`${machine.cpu}, ${machine.cores} cores, ${machine.memoryGb} GB; Node.js ${machine.node}, ${machine.os}`);
out(`medians of ${values.runs} runs`);
const results: Measured[] = [];
for (const name of values.place) {
  const make = PLACES[name];
  if (make === undefined) throw new Error(`--place ${name}: there are ${Object.keys(PLACES).join(' and ')}`);
  if (name === 'cluster' && process.env.KUBECONFIG === undefined) {
    out('\nno cluster: KUBECONFIG is not set');
    continue;
  }
  const measured = await measure(make);
  results.push(measured);
  out(`\n${measured.place}; load average ${number(measured.loadBefore)}, then ${number(measured.loadAfter)}`);
  if (measured.loadBefore > machine.cores)
    out('the machine was busy with something else: the figures say little');
  if (measured.modes !== null) out(modesTable(measured.modes));
  if (measured.stretch !== null) out(stretchTable(measured.stretch));
}
if (values.json !== undefined)
  await writeFile(values.json, `${JSON.stringify({ machine, results }, null, 2)}\n`);
process.exit(0);
