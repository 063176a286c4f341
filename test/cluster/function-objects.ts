import { loadYaml, type V1Deployment, type V1Service } from '@kubernetes/client-node';
import type { DeployBody } from '#platform/gateway/schemas.ts';

const PROBE = {
  httpGet: { path: '/_/health', port: 8080, scheme: 'HTTP' },
  initialDelaySeconds: 2,
  timeoutSeconds: 1,
  periodSeconds: 2,
  successThreshold: 1,
  failureThreshold: 3,
};

/** Keys of the secrets that a function names, as `projected` volumes mount them. */
export type SecretKeys = Readonly<Record<string, readonly string[]>>;

/**
 * The Deployment that faas-netes (Community Edition, fixed probes) writes for the body of a deploy: no service account,
 * one container named as the function, its secrets in one projected volume, and a `uid` label that is new each time,
 * which is why every deploy rolls out.
 */
export function functionDeployment(
  body: DeployBody,
  secretKeys: SecretKeys,
  { uid, replicas }: { readonly uid: number; readonly replicas: number },
): V1Deployment {
  return loadYaml<V1Deployment>(JSON.stringify(deployment(body, secretKeys, { uid, replicas })));
}

function deployment(
  body: DeployBody,
  secretKeys: SecretKeys,
  { uid, replicas }: { readonly uid: number; readonly replicas: number },
): object {
  const { service, labels, annotations, secrets = [] } = body;
  const ownLabels = { ...labels, faas_function: service };
  const ownAnnotations = { 'prometheus.io.scrape': 'false', ...annotations };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: service, labels: { faas_function: service }, annotations: ownAnnotations },
    spec: {
      replicas,
      selector: { matchLabels: { faas_function: service } },
      revisionHistoryLimit: 5,
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } },
      template: {
        metadata: { labels: { ...ownLabels, uid: String(uid) }, annotations: ownAnnotations },
        spec: {
          nodeSelector: {},
          containers: [container(body)],
          volumes: secrets.length === 0 ? [] : [secretVolume(service, secrets, secretKeys)],
          restartPolicy: 'Always',
          dnsPolicy: 'ClusterFirst',
        },
      },
    },
  };
}

function container(body: DeployBody): object {
  const { service, image, envProcess, envVars = {}, secrets = [], limits, requests } = body;
  const environment = { ...(envProcess === undefined ? {} : { fprocess: envProcess }), ...envVars };
  return {
    name: service,
    image,
    imagePullPolicy: 'IfNotPresent',
    ports: [{ name: 'http', containerPort: 8080, protocol: 'TCP' }],
    env: Object.entries(environment).map(([name, value]) => ({ name, value })),
    resources: { ...(limits && { limits: { ...limits } }), ...(requests && { requests: { ...requests } }) },
    livenessProbe: PROBE,
    readinessProbe: PROBE,
    securityContext: { readOnlyRootFilesystem: body.readOnlyRootFilesystem ?? false },
    volumeMounts:
      secrets.length === 0
        ? []
        : [{ name: `${service}-projected-secrets`, mountPath: '/var/openfaas/secrets', readOnly: true }],
  };
}

function secretVolume(service: string, secrets: readonly string[], keys: SecretKeys): object {
  return {
    name: `${service}-projected-secrets`,
    projected: {
      sources: secrets.map((name) => ({
        secret: { name, items: (keys[name] ?? [name]).map((key) => ({ key, path: key })) },
      })),
    },
  };
}

/** The Service beside it, by which the gateway finds the function's pods. */
export function functionService({ service }: Pick<DeployBody, 'service'>): V1Service {
  const fields = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: service, annotations: { 'prometheus.io.scrape': 'false' } },
    spec: {
      type: 'ClusterIP',
      selector: { faas_function: service },
      ports: [{ name: 'http', port: 8080, targetPort: 8080, protocol: 'TCP' }],
    },
  };
  return loadYaml<V1Service>(JSON.stringify(fields));
}
