import { toTime } from '../quantities.ts';
import type { JsonObject } from '../json.ts';
import { derivedUid } from './identifiers.ts';

/** A server of this machine as a Service of the cluster: where each of its ports is served. */
export interface LocalService {
  readonly namespace: string;
  readonly name: string;
  readonly ports: readonly {
    readonly name: string;
    readonly port: number;
    /** `http://127.0.0.1:8082` */
    readonly origin: string;
  }[];
}

export function toServiceObject(
  { namespace, name, ports }: LocalService,
  createdAtMs: number,
  resourceVersion: string,
): JsonObject {
  return {
    kind: 'Service',
    apiVersion: 'v1',
    metadata: {
      name,
      namespace,
      uid: derivedUid('service', namespace, name),
      resourceVersion,
      creationTimestamp: toTime(createdAtMs),
      labels: { app: name },
    },
    spec: {
      type: 'ClusterIP',
      clusterIP: '127.0.0.1',
      selector: { app: name },
      ports: ports.map((one) => ({
        name: one.name,
        protocol: 'TCP',
        port: one.port,
        targetPort: Number(new URL(one.origin).port),
      })),
    },
    status: { loadBalancer: {} },
  };
}
