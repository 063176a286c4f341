import type { Pod } from '../../workloads/model.ts';
import type { ApiContext } from '../context.ts';
import type { JsonObject } from '../json.ts';
import type { ResourceRequest } from '../resource.ts';
import { follow } from './follow.ts';

const TYPES = { added: 'ADDED', updated: 'MODIFIED', removed: 'DELETED' } as const;

/**
 * Watch events of pods: first those that are there, unless the client has listed already, then each change until the
 * client leaves or `timeoutSeconds` are over.
 */
export function watchPods(
  { workloads, versions }: ApiContext,
  request: ResourceRequest,
  toObject: (pod: Pod) => JsonObject,
  matches: (object: JsonObject) => boolean,
): AsyncGenerator<JsonObject> {
  const { namespace, name } = request.path;
  const isWanted = (pod: Pod): boolean =>
    (namespace === '' || pod.namespace === namespace) && (name === '' || pod.name === name);
  const told = (type: string, pod: Pod): JsonObject | undefined => {
    if (!isWanted(pod)) return undefined;
    const object = toObject(pod);
    return matches(object) ? { type, object } : undefined;
  };
  const since = Number(request.query.get('resourceVersion'));
  const isListed = since > 0;
  const there = (): JsonObject[] =>
    workloads
      .pods()
      // Of those that the client has listed, what changed between its list and now.
      .filter((pod) => !isListed || Number(versions.of(pod.uid)) > since)
      .map((pod) => told(isListed ? 'MODIFIED' : 'ADDED', pod))
      .filter((event) => event !== undefined);
  return follow(
    workloads,
    there,
    (event) => (event.kind === 'pod' ? told(TYPES[event.change], event.pod) : undefined),
    withTimeout(request),
  );
}

function withTimeout(request: ResourceRequest): AbortSignal {
  const seconds = Number(request.query.get('timeoutSeconds'));
  if (!(seconds > 0 && seconds < 86_400)) return request.signal;
  return AbortSignal.any([request.signal, AbortSignal.timeout(seconds * 1000)]);
}
