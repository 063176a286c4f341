import { V1ConfigMap, V1ObjectMeta } from '@kubernetes/client-node';
import { ForesizeError } from '#core/errors/error.ts';
import { apiStatus, readApi, toForesizeError } from './api-error.ts';
import type { KubernetesConnection } from './connect.ts';

/** What a ConfigMap holds, and the version that a write must name. */
export interface ConfigMapContent {
  readonly data: Readonly<Record<string, string>>;
  readonly resourceVersion: string;
  /** What others keep with it, such as the labels that Helm knows its own objects by: given back by a write as it was. */
  readonly kept?: KeptMetadata;
}

export type KeptMetadata = Pick<V1ObjectMeta, 'labels' | 'annotations' | 'finalizers' | 'ownerReferences'>;

/** What a write puts in place of it; null creates it. */
export interface ConfigMapDraft {
  readonly data: Readonly<Record<string, string>>;
  readonly resourceVersion: string | null;
  readonly kept?: KeptMetadata;
}

/** null where there is no such ConfigMap. */
export async function readConfigMap(
  connection: KubernetesConnection,
  name: string,
  signal: AbortSignal,
): Promise<ConfigMapContent | null> {
  const { address, namespace } = connection;
  return readApi(`read of the ConfigMap ${namespace}/${name}`, address, signal, async () =>
    toContent(await connection.core(signal).readNamespacedConfigMap({ name, namespace })),
  );
}

/**
 * Replaces the ConfigMap if it still stands at `resourceVersion`, or creates it if that is null.
 * Throws `state-conflict` if another writer was first.
 */
export async function writeConfigMap(
  connection: KubernetesConnection,
  name: string,
  content: ConfigMapDraft,
  signal: AbortSignal,
): Promise<ConfigMapContent> {
  const { address, namespace } = connection;
  const what = `write of the ConfigMap ${namespace}/${name}`;
  const body = toBody(name, namespace, content);
  signal.throwIfAborted();
  try {
    const core = connection.core(signal);
    const written =
      content.resourceVersion === null
        ? await core.createNamespacedConfigMap({ namespace, body })
        : await core.replaceNamespacedConfigMap({ name, namespace, body });
    return toContent(written);
  } catch (error) {
    signal.throwIfAborted();
    // 409: another version, or already created; 404: removed since it was read.
    const status = apiStatus(error);
    if (status === 409 || (status === 404 && content.resourceVersion !== null)) {
      throw new ForesizeError('state-conflict', `${what} came second: it has changed since it was read`, {
        cause: error,
      });
    }
    throw toForesizeError(what, address, error);
  }
}

function toBody(
  name: string,
  namespace: string,
  { data, resourceVersion, kept }: ConfigMapDraft,
): V1ConfigMap {
  return Object.assign(new V1ConfigMap(), {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: Object.assign(new V1ObjectMeta(), {
      ...(kept ?? { labels: { 'app.kubernetes.io/managed-by': 'foresize' } }),
      name,
      namespace,
      ...(resourceVersion === null ? {} : { resourceVersion }),
    }),
    data: { ...data },
  });
}

function toContent({ data, metadata }: V1ConfigMap): ConfigMapContent {
  const {
    labels,
    annotations,
    finalizers,
    ownerReferences,
    resourceVersion = '',
  } = metadata ?? new V1ObjectMeta();
  return {
    data: data ?? {},
    resourceVersion,
    kept: given({ labels, annotations, finalizers, ownerReferences }),
  };
}

const given = (fields: {
  readonly [Key in keyof KeptMetadata]: KeptMetadata[Key] | undefined;
}): KeptMetadata => Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
