import type { ContainerSeries } from '#core/usage/reading.ts';
import { detach, ExpositionParser } from '../exposition/parser.ts';
import { CONTAINER_METRICS, CONTAINER_SPECS, type SampleColumn, type SpecColumn } from './cadvisor-names.ts';
import { SampleTable } from './sample-table.ts';

/** Columns of a container's table. */
const COLUMN: Readonly<Record<SampleColumn, number>> = {
  cpuSeconds: 0,
  throttledSeconds: 1,
  throttledPeriods: 2,
  memoryBytes: 3,
  oomEvents: 4,
};
const CPU_LIMIT = 5;
const MEMORY_LIMIT = 6;
const WIDTH = 7;

const LABELS = ['namespace', 'pod', 'container', 'id', 'cpu'];
const SAMPLE_OF = new Map<string, SampleColumn>(Object.entries(CONTAINER_METRICS));
const SPEC_OF = new Map<string, SpecColumn>(Object.entries(CONTAINER_SPECS));
const WANTED = Object.fromEntries([...SAMPLE_OF.keys(), ...SPEC_OF.keys()].map((name) => [name, LABELS]));

type Specs = Record<SpecColumn, number>;
const UNKNOWN: Specs = { startSeconds: NaN, cpuQuota: NaN, cpuPeriod: NaN, memoryLimitBytes: NaN };

interface Container {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
  readonly table: SampleTable;
  /** The row being put together from this scrape's lines. */
  timeMs: number;
  readonly row: Float64Array;
  /** The specs of this scrape's lines, and when they held. */
  readonly next: Specs;
  nextAtMs: number;
  /** Those of the last whole scrape; null before the first. */
  specs: Specs | null;
  scrape: number;
}

export function cpuLimitCores({ cpuQuota, cpuPeriod }: Pick<Specs, 'cpuQuota' | 'cpuPeriod'>): number {
  return cpuQuota > 0 && cpuPeriod > 0 ? cpuQuota / cpuPeriod : NaN;
}

/** cAdvisor writes 0 for no limit, some kernels the largest page-aligned number. */
export function memoryLimitBytes(bytes: number): number {
  return bytes > 0 && bytes < 2 ** 62 ? bytes : NaN;
}

/** One scrape of one kubelet on its way into the store. Nothing of it counts before `commit`. */
export interface ContainerScrape {
  readonly parser: ExpositionParser;
  commit(): void;
}

/** Counters of all containers of the function namespaces, for the window. One row per new sample time. */
export class ContainerStore {
  /** By cgroup path: a restarted container is another one. */
  readonly #containers = new Map<string, Container>();
  readonly #namespaces: ReadonlySet<string>;
  readonly #windowMs: number;
  #scrapes = 0;

  constructor(namespaces: readonly string[], windowMs: number) {
    this.#namespaces = new Set(namespaces);
    this.#windowMs = windowMs;
  }

  /** `atMs` is the time of samples whose line has none. */
  begin(atMs: number): ContainerScrape {
    this.#scrapes += 1;
    const scrape = this.#scrapes;
    const touched: Container[] = [];
    const parser = new ExpositionParser(WANTED, (metric, labels, value, timestampMs) => {
      const container = this.#containerOf(labels, scrape, touched);
      if (container === null) return;
      const timeMs = Number.isNaN(timestampMs) ? atMs : timestampMs;
      const column = SAMPLE_OF.get(metric);
      if (column !== undefined) {
        container.row[COLUMN[column]] = value;
        if (column === 'cpuSeconds') container.timeMs = timeMs;
        return;
      }
      const spec = SPEC_OF.get(metric);
      if (spec === undefined) return;
      container.next[spec] = value;
      container.nextAtMs = timeMs;
    });
    return {
      parser,
      commit: () => {
        touched.forEach(commitRow);
      },
    };
  }

  /** Null for the lines of whole pods and of other namespaces. */
  #containerOf(labels: readonly string[], scrape: number, touched: Container[]): Container | null {
    const [namespace = '', pod = '', container = '', id = ''] = labels;
    if (container === '' || container === 'POD' || pod === '' || !this.#namespaces.has(namespace))
      return null;
    const key = id === '' ? `${namespace}/${pod}/${container}` : id;
    let known = this.#containers.get(key);
    if (known === undefined) {
      known = newContainer(namespace, pod, container, this.#windowMs);
      this.#containers.set(detach(key), known);
    }
    if (known.scrape !== scrape) {
      beginRow(known, scrape);
      touched.push(known);
    }
    return known;
  }

  /** Forgets containers without a sample since `beforeMs`. */
  forget(beforeMs: number): void {
    for (const [key, { table }] of this.#containers) {
      if (table.newestMs < beforeMs) this.#containers.delete(key);
    }
  }

  /** Samples from `fromMs` on. */
  series(fromMs: number): readonly ContainerSeries[] {
    const all: ContainerSeries[] = [];
    for (const { namespace, pod, container, table, specs } of this.#containers.values()) {
      if (table.newestMs < fromMs) continue;
      const { timesMs, columns } = table.view(fromMs);
      const column = (index: number): Float64Array => columns[index] ?? new Float64Array(0);
      all.push({
        namespace,
        pod,
        container,
        startedAtMs: startOf(specs),
        timesMs,
        cpuSeconds: column(COLUMN.cpuSeconds),
        throttledSeconds: column(COLUMN.throttledSeconds),
        throttledPeriods: column(COLUMN.throttledPeriods),
        memoryBytes: column(COLUMN.memoryBytes),
        oomEvents: column(COLUMN.oomEvents),
        cpuLimitCores: column(CPU_LIMIT),
        memoryLimitBytes: column(MEMORY_LIMIT),
      });
    }
    return all;
  }
}

function newContainer(namespace: string, pod: string, container: string, windowMs: number): Container {
  return {
    namespace: detach(namespace),
    pod: detach(pod),
    container: detach(container),
    table: new SampleTable(WIDTH, windowMs),
    timeMs: NaN,
    row: new Float64Array(WIDTH).fill(NaN),
    next: { ...UNKNOWN },
    nextAtMs: NaN,
    specs: null,
    scrape: 0,
  };
}

function startOf(specs: Specs | null): number | null {
  return specs !== null && specs.startSeconds > 0 ? Math.round(specs.startSeconds * 1000) : null;
}

function beginRow(container: Container, scrape: number): void {
  container.scrape = scrape;
  container.timeMs = NaN;
  container.row.fill(NaN);
  Object.assign(container.next, UNKNOWN);
}

/**
 * A limit read after a sample was taken need not have held then: unless the specs carry the sample's own time, the
 * row gets those of the scrape before. So a changed limit is never put on a sample from before the change.
 */
function commitRow(container: Container): void {
  const { timeMs, row, table, next, nextAtMs, specs } = container;
  const held = nextAtMs > timeMs && specs !== null ? specs : next;
  row[CPU_LIMIT] = cpuLimitCores(held);
  row[MEMORY_LIMIT] = memoryLimitBytes(held.memoryLimitBytes);
  table.append(timeMs, row);
  container.specs = { ...next };
}
