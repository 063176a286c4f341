import { EventEmitter, once } from 'node:events';
import type { Pod, WorkloadEvent } from '../../workloads/model.ts';
import type { ApiContext } from '../context.ts';
import type { JsonObject } from '../json.ts';
import type { ResourceRequest } from '../resource.ts';

const TYPES = { added: 'ADDED', updated: 'MODIFIED', removed: 'DELETED' } as const;
/** A client that reads slower than pods change is cut off, and lists again. */
const MAX_BACKLOG = 1_000;

/**
 * Watch events of pods: first those that are there, unless the client has listed already, then each change until the
 * client leaves or `timeoutSeconds` are over.
 */
export async function* watchPods(
  context: ApiContext,
  request: ResourceRequest,
  toObject: (pod: Pod) => JsonObject,
  matches: (object: JsonObject) => boolean,
): AsyncGenerator<JsonObject> {
  const { namespace, name } = request.path;
  const signal = withTimeout(request);
  const isWanted = (pod: Pod): boolean =>
    (namespace === '' || pod.namespace === namespace) && (name === '' || pod.name === name);
  const backlog: JsonObject[] = [];
  const bell = new EventEmitter();
  const push = (type: string, pod: Pod): void => {
    const object = toObject(pod);
    if (isWanted(pod) && matches(object)) backlog.push({ type, object });
  };
  const since = Number(request.query.get('resourceVersion'));
  for (const pod of context.workloads.pods()) {
    if (!(since > 0)) push('ADDED', pod);
    // Changed between the client's list and now.
    else if (Number(context.versions.of(pod.uid)) > since) push('MODIFIED', pod);
  }
  const unsubscribe = context.workloads.subscribe((event: WorkloadEvent) => {
    if (event.kind !== 'pod') return;
    push(TYPES[event.change], event.pod);
    bell.emit('ring');
  });
  try {
    while (!signal.aborted && backlog.length <= MAX_BACKLOG) {
      yield* backlog.splice(0);
      if (backlog.length === 0) await once(bell, 'ring', { signal }).catch(() => undefined);
    }
  } finally {
    unsubscribe();
  }
}

function withTimeout(request: ResourceRequest): AbortSignal {
  const seconds = Number(request.query.get('timeoutSeconds'));
  if (!(seconds > 0 && seconds < 86_400)) return request.signal;
  return AbortSignal.any([request.signal, AbortSignal.timeout(seconds * 1000)]);
}
