import { CoreV1Event, V1EventSource, V1ObjectMeta, V1ObjectReference } from '@kubernetes/client-node';
import type { Announcer, PodNews } from '#core/chain/ports.ts';
import { apiMessage } from './api-error.ts';
import { STRATEGIC_MERGE, type KubernetesConnection } from './connect.ts';

export interface AnnouncerLog {
  warn(fields: object, message: string): void;
}

export interface AnnouncerOptions {
  /** Unix ms. @default Date.now */
  readonly clock?: () => number;
  /** The same news of a pod within this many ms is one event, told once. @default 600 000 */
  readonly quietMs?: number;
}

interface Told {
  readonly name: string;
  readonly count: number;
  readonly lastAtMs: number;
}

const COMPONENT = 'foresize';
const WARNINGS: ReadonlySet<PodNews['kind']> = new Set(['ResizeInfeasible', 'RolledBack']);
/** The API server's own bound. */
const MESSAGE_CHARACTERS = 1024;
const KEPT = 10_000;
const TIMEOUT_MS = 5_000;

/**
 * News as Events of core/v1 on the pod, which `kubectl describe pod` and `kubectl get events` show with a count; that
 * of events.k8s.io needs a series to be written for it, and tells no more. A refused event is logged, once in a row.
 */
export function createEventAnnouncer(
  connection: KubernetesConnection,
  log: AnnouncerLog,
  { clock = Date.now, quietMs = 600_000 }: AnnouncerOptions = {},
): Announcer & { readonly idle: () => Promise<void> } {
  const told = new Map<string, Told>();
  let isRefused = false;
  let last: Promise<void> = Promise.resolve();

  function write(news: PodNews, entry: Told): Promise<unknown> {
    const core = connection.core(AbortSignal.timeout(TIMEOUT_MS));
    const { namespace } = connection;
    if (entry.count === 1) return core.createNamespacedEvent({ namespace, body: toEvent(news, entry) });
    const body = { count: entry.count, lastTimestamp: new Date(entry.lastAtMs) };
    return core.patchNamespacedEvent({ name: entry.name, namespace, body }, STRATEGIC_MERGE);
  }

  async function send(key: string, news: PodNews, entry: Told): Promise<void> {
    try {
      await write(news, entry);
      isRefused = false;
    } catch (error) {
      // An event that has expired, or was never made, is made anew next time.
      told.delete(key);
      if (!isRefused)
        log.warn({ pod: news.pod.pod, problem: apiMessage(error) }, 'an event could not be written');
      isRefused = true;
    }
  }

  return {
    announce: (news) => {
      const key = [news.pod.uid, news.kind, news.message].join('\n');
      const nowMs = clock();
      const before = told.get(key);
      if (before !== undefined && nowMs - before.lastAtMs < quietMs) return;
      const { name, count } = before ?? { name: nameOf(news, nowMs), count: 0 };
      const entry = { name, count: count + 1, lastAtMs: nowMs };
      told.delete(key);
      told.set(key, entry);
      forgetOldest(told);
      last = last.then(() => send(key, news, entry));
    },
    idle: () => last,
  };
}

function forgetOldest(told: Map<string, Told>): void {
  const [oldest] = told.keys();
  if (told.size > KEPT && oldest !== undefined) told.delete(oldest);
}

/** As client-go names them: the object and the time, here with the kind of news. */
function nameOf({ pod, kind }: PodNews, nowMs: number): string {
  return `${pod.pod}.${kind.toLowerCase()}.${nowMs.toString(16)}`;
}

function toEvent({ pod, kind, message }: PodNews, { name, lastAtMs }: Told): CoreV1Event {
  const { namespace } = pod;
  const at = new Date(lastAtMs);
  return Object.assign(new CoreV1Event(), {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: Object.assign(new V1ObjectMeta(), { name, namespace }),
    involvedObject: Object.assign(new V1ObjectReference(), {
      apiVersion: 'v1',
      kind: 'Pod',
      namespace,
      name: pod.pod,
      uid: pod.uid,
      fieldPath: `spec.containers{${pod.container}}`,
    }),
    type: WARNINGS.has(kind) ? 'Warning' : 'Normal',
    reason: kind,
    message: message.length > MESSAGE_CHARACTERS ? `${message.slice(0, MESSAGE_CHARACTERS - 1)}…` : message,
    count: 1,
    firstTimestamp: at,
    lastTimestamp: at,
    source: Object.assign(new V1EventSource(), { component: COMPONENT }),
    reportingComponent: COMPONENT,
    reportingInstance: COMPONENT,
  });
}
