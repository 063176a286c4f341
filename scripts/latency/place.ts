import type { KernelCounters } from '../../test/cluster/kernel-counters.ts';
import type { LoadSummary, LoadWish, Sized } from '../../test/cluster/installation.ts';

/** What is in force in a function's one pod. */
export interface InForce {
  readonly cpuRequestCores: number | null;
  readonly cpuLimitCores: number | null;
  readonly restarts: number;
}

/** Where functions run, with the suite that sizes them beside them: a cluster, or the local platform. */
export interface Place {
  /** For people: what it is. */
  readonly name: string;
  /** Deploys a function again, with other annotations for example, and waits for its new pod to be ready. */
  redeploy(sized: Sized): Promise<void>;
  /** Resizes the function's pod in place, and waits until the kernel holds it to the new limit. */
  limit(name: string, cpuCores: number): Promise<void>;
  inForce(name: string): Promise<InForce>;
  counters(name: string): Promise<KernelCounters>;
  /** Calls through the gateway, at moments that are given beforehand. */
  load(name: string, load: LoadWish & { readonly seed: number }): Promise<LoadSummary>;
  /** Calls through the gateway, one after the other; milliseconds of each. */
  callInTurn(name: string, calls: CallsInTurn): Promise<readonly number[]>;
  stop(): Promise<void>;
}

export interface CallsInTurn {
  readonly body: string;
  readonly durationMs: number;
  /** Between the end of a call and the next. */
  readonly pauseMs: number;
}

/** Run with `node -e` where the gateway is near: address, body, duration and pause; prints the milliseconds as JSON. */
const CALL_IN_TURN = `
const [url, body, durationMs, pauseMs] = process.argv.slice(1);
const call = async () => {
  const startedMs = performance.now();
  const answer = await fetch(url, { method: 'POST', body });
  await answer.arrayBuffer();
  if (answer.status !== 200) throw new Error('answered ' + answer.status);
  return performance.now() - startedMs;
};
(async () => {
  await call();
  const took = [];
  for (const endMs = performance.now() + Number(durationMs); performance.now() < endMs; ) {
    took.push(await call());
    await new Promise((resolve) => setTimeout(resolve, Number(pauseMs)));
  }
  console.log(JSON.stringify(took));
})();
`;

export const callArguments = (url: string, { body, durationMs, pauseMs }: CallsInTurn): readonly string[] => [
  '-e',
  CALL_IN_TURN,
  url,
  body,
  String(durationMs),
  String(pauseMs),
];

/** Reads what CALL_IN_TURN printed. */
export function durationsOf(text: string): readonly number[] {
  const durations: unknown = JSON.parse(text);
  if (!Array.isArray(durations) || durations.length === 0) throw new Error(`no calls: ${text}`);
  return durations.map(Number);
}
