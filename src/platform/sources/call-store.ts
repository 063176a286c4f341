import type { CallSeries } from '#core/usage/reading.ts';
import { detach, ExpositionParser } from '../exposition/parser.ts';
import { readNumber } from '../exposition/number.ts';
import { CALL_METRICS } from './cadvisor-names.ts';
import { splitFunctionName } from './function-name.ts';
import { SampleTable } from './sample-table.ts';

const STARTED = 0;
const COMPLETED = 1;
const FIRST_BUCKET = 2;

const WANTED = {
  [CALL_METRICS.started]: ['function_name'],
  [CALL_METRICS.completed]: ['function_name'],
  [CALL_METRICS.durations]: ['function_name', 'le'],
};

interface Calls {
  readonly namespace: string;
  readonly name: string;
  readonly table: SampleTable;
  /** Ascending; each has a column. */
  bounds: readonly number[];
  /** When the gateway last named it. */
  namedMs: number;
}

/** One function's counters in one scrape, all spellings and codes added up. */
interface Tally {
  readonly namespace: string;
  readonly name: string;
  started: number;
  completed: number;
  readonly buckets: Map<number, number>;
}

/** One scrape of the gateway on its way into the store. Nothing of it counts before `commit`. */
export interface CallScrape {
  readonly parser: ExpositionParser;
  commit(): void;
}

/** The gateway's counters by function, for the window. */
export class CallStore {
  readonly #calls = new Map<string, Calls>();
  readonly #defaultNamespace: string;
  readonly #windowMs: number;
  /** When the gateway was last read: a function that is new since then had 0 calls at that time. */
  #lastMs = NaN;
  /** Some gateways do not count calls as they start. */
  #knowsStarted = false;

  constructor(defaultNamespace: string, windowMs: number) {
    this.#defaultNamespace = defaultNamespace;
    this.#windowMs = windowMs;
  }

  begin(atMs: number): CallScrape {
    const tallies = new Map<string, Tally>();
    const parser = new ExpositionParser(WANTED, (metric, labels, value) => {
      const tally = this.#tallyOf(tallies, labels[0] ?? '');
      if (metric === CALL_METRICS.started) {
        this.#knowsStarted = true;
        tally.started += value;
      } else if (metric === CALL_METRICS.completed) {
        tally.completed += value;
      } else {
        const bound = readNumber(labels[1] ?? '');
        if (bound !== undefined) tally.buckets.set(bound, (tally.buckets.get(bound) ?? 0) + value);
      }
    });
    return {
      parser,
      commit: () => {
        this.#commit(atMs, tallies);
      },
    };
  }

  #tallyOf(tallies: Map<string, Tally>, calledAs: string): Tally {
    const { name, namespace } = splitFunctionName(calledAs, this.#defaultNamespace);
    const key = `${namespace}/${name}`;
    const known = tallies.get(key);
    if (known) return known;
    const tally = {
      namespace: detach(namespace),
      name: detach(name),
      started: 0,
      completed: 0,
      buckets: new Map(),
    };
    tallies.set(key, tally);
    return tally;
  }

  #commit(atMs: number, tallies: ReadonlyMap<string, Tally>): void {
    const knowsStarted = this.#knowsStarted;
    for (const [key, tally] of tallies) {
      let calls = this.#calls.get(key);
      if (calls === undefined) {
        const table = new SampleTable(FIRST_BUCKET, this.#windowMs);
        calls = { namespace: tally.namespace, name: tally.name, table, bounds: [], namedMs: atMs };
        this.#calls.set(key, calls);
        if (!Number.isNaN(this.#lastMs)) table.append(this.#lastMs, [knowsStarted ? 0 : NaN, 0]);
      }
      calls.namedMs = atMs;
      appendTally(calls, atMs, tally, knowsStarted);
    }
    for (const [key, calls] of this.#calls) {
      if (tallies.has(key)) continue;
      // A gateway that began again knows none of its earlier calls: its counters are 0, not unknown.
      if (calls.namedMs < atMs - this.#windowMs) this.#calls.delete(key);
      else calls.table.append(atMs, [knowsStarted ? 0 : NaN, 0, ...calls.bounds.map(() => 0)]);
    }
    this.#lastMs = atMs;
  }

  series(fromMs: number): readonly CallSeries[] {
    const all: CallSeries[] = [];
    for (const { namespace, name, table, bounds } of this.#calls.values()) {
      const { timesMs, columns } = table.view(fromMs);
      if (timesMs.length === 0) continue;
      all.push({
        namespace,
        functionName: name,
        timesMs,
        started: columns[STARTED] ?? new Float64Array(0),
        completed: columns[COMPLETED] ?? new Float64Array(0),
        durationBoundsSeconds: bounds,
        durationCounts: columns.slice(FIRST_BUCKET),
      });
    }
    return all;
  }
}

function appendTally(calls: Calls, atMs: number, tally: Tally, knowsStarted: boolean): void {
  const bounds = [...tally.buckets.keys()].sort((a, b) => a - b);
  // The first completed call brings the buckets; they were at 0 before. Other bounds are another histogram.
  if (calls.bounds.length === 0) {
    calls.bounds = bounds;
    calls.table.widen(FIRST_BUCKET + bounds.length, 0);
  }
  calls.table.append(atMs, [
    knowsStarted ? tally.started : NaN,
    tally.completed,
    ...calls.bounds.map((bound) => tally.buckets.get(bound) ?? (bounds.length === 0 ? 0 : NaN)),
  ]);
}
