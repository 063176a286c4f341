import type { Logger } from 'pino';
import { ForesizeError } from '#core/errors/error.ts';
import type { HeaderPair } from '../http/header-pairs.ts';
import { sendRequest } from '../http/send-request.ts';
import type { Deployment, LocalWorkloads } from '../workloads/model.ts';
import { startAlarm, type Alarm } from './alarm.ts';
import { systemClock, type Clock } from './clock.ts';
import { parseSchedule } from './parse-schedule.ts';

export interface CronOptions {
  readonly workloads: Pick<LocalWorkloads, 'deployments' | 'subscribe'>;
  readonly gatewayUrl: string;
  readonly log: Logger;
  /** Through `/async-function/`, as the connector's asynchronous_invocation. @default false */
  readonly asynchronous?: boolean;
  readonly clock?: Clock;
  /** Told of each schedule that is rejected, as it is found. */
  readonly onRefused?: (refused: RefusedSchedule) => void;
}

/** A function that asks for cron by an annotation that means nothing. */
export interface RefusedSchedule {
  readonly name: string;
  readonly namespace: string;
  readonly schedule: string;
  readonly reason: string;
}

/** A function on a schedule; or one whose schedule was rejected, with the reason. */
export interface ScheduledFunction {
  readonly name: string;
  readonly namespace: string;
  readonly schedule: string;
  readonly nextMs: number | null;
  /** null where the schedule is in force. */
  readonly rejection: string | null;
}

/** What the cron-connector is on a cluster. */
export interface Cron {
  /** Every function that asks for cron by its annotations, the rejected ones too. */
  functions(): readonly ScheduledFunction[];
  /** Starts no more calls, and ends those under way. */
  close(): Promise<void>;
}

/** The annotation `topic` must be exactly this. */
const TOPIC = 'cron-function';

const HEADERS: readonly HeaderPair[] = [
  ['x-topic', TOPIC],
  ['x-connector', 'cron-connector'],
];

interface Entry {
  readonly name: string;
  readonly namespace: string;
  readonly schedule: string;
  readonly alarm: Alarm | null;
  readonly rejection: string | null;
}

/**
 * Calls each function with the annotations `topic: cron-function` and `schedule` when it is due: no retry, no
 * timeout, and no protection against overlap, as the real one. A schedule that the real one drops silently is logged.
 */
export function createCron(options: CronOptions): Cron {
  const { workloads, log, clock = systemClock } = options;
  const entries = new Map<string, Entry>();
  const closing = new AbortController();
  const underWay = new Set<Promise<void>>();

  const ring = (name: string, namespace: string): void => {
    const call = invoke(options, `${name}.${namespace}`, closing.signal);
    underWay.add(call);
    void call.then(() => underWay.delete(call));
  };

  const enter = (name: string, namespace: string, schedule: string): Entry => {
    try {
      const alarm = startAlarm(parseSchedule(schedule), clock, () => {
        ring(name, namespace);
      });
      log.info({ function: name, namespace, schedule }, 'scheduled');
      return { name, namespace, schedule, alarm, rejection: null };
    } catch (error) {
      if (!(error instanceof ForesizeError)) throw error;
      log.warn({ function: name, namespace, schedule, reason: error.message }, 'schedule rejected');
      options.onRefused?.({ name, namespace, schedule, reason: error.message });
      return { name, namespace, schedule, alarm: null, rejection: error.message };
    }
  };

  const look = ({ spec }: Deployment, present: boolean): void => {
    const { service: name, namespace } = spec;
    const key = `${name}.${namespace}`;
    const schedule = present ? wantedSchedule(spec.annotations) : undefined;
    const before = entries.get(key);
    // An update that leaves the schedule alone does not start it anew.
    if (before?.schedule === schedule) return;
    before?.alarm?.stop();
    entries.delete(key);
    if (schedule !== undefined) entries.set(key, enter(name, namespace, schedule));
  };

  const unsubscribe = workloads.subscribe((event) => {
    if (event.kind === 'deployment') look(event.deployment, event.change !== 'removed');
  });
  for (const deployment of workloads.deployments()) look(deployment, true);

  return {
    functions: () =>
      [...entries.values()].map(({ alarm, ...entry }) => ({ ...entry, nextMs: alarm?.nextMs() ?? null })),
    async close() {
      unsubscribe();
      for (const { alarm } of entries.values()) alarm?.stop();
      closing.abort();
      await Promise.all(underWay);
    },
  };
}

/** undefined without the topic; '' where the topic stands without a schedule, which is then rejected. */
function wantedSchedule(annotations: Readonly<Record<string, string>>): string | undefined {
  const { topic, schedule = '' } = annotations;
  return topic === TOPIC ? schedule : undefined;
}

async function invoke(
  { gatewayUrl, asynchronous = false, log }: CronOptions,
  calledAs: string,
  signal: AbortSignal,
): Promise<void> {
  const url = `${gatewayUrl}/${asynchronous ? 'async-function' : 'function'}/${calledAs}`;
  try {
    const { status } = await sendRequest({ url, method: 'POST', headers: HEADERS, signal });
    log.info({ function: calledAs, status }, 'cron call done');
  } catch (error) {
    if (!signal.aborted) log.warn({ function: calledAs, err: error }, 'cron call failed');
  }
}
