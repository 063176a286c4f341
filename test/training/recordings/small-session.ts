import type { RecordedFunction, Session } from '../../../training/recordings/format.ts';

/** A session of the local platform's recorder. */
export function sessionOf(name: string, startedAtMs: number, functions: RecordedFunction[]): Session {
  return {
    version: 1,
    name,
    startedAtMs,
    endedAtMs: null,
    scrapeMs: 15_000,
    namespace: 'openfaas-fn',
    machine: { cores: 2, memoryBytes: 8e9, platform: 'linux', node: 'v20.0.0', enforcement: 'cgroup-v2' },
    functions,
  };
}

/** A function of it. */
export function recordedFunction(name: string, split: RecordedFunction['split']): RecordedFunction {
  return {
    name,
    workload: 'work',
    split,
    pattern: 'constant',
    spread: false,
    ratePerMinute: 4,
    periodMs: 60_000,
    seed: 1,
    payload: '8',
    concurrency: 1,
    cpuLimitCores: 0.5,
    memoryLimitBytes: 2 ** 28,
  };
}
