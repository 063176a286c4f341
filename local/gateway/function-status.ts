import { formatCpuCores, formatMemoryBytes, parseCpuCores, parseMemoryBytes } from '#core/units/quantity.ts';
import type { Deployment, LocalWorkloads } from '../workloads/model.ts';
import type { GatewayMetrics } from './metrics.ts';

/** OpenFaaS's FunctionStatus; zero and empty fields are left out, as Go's omitempty does. */
export function functionStatus(
  deployment: Deployment,
  workloads: LocalWorkloads,
  metrics: GatewayMetrics,
): Record<string, unknown> {
  const { spec } = deployment;
  const { service: name, namespace } = spec;
  return withoutEmpty({
    name,
    image: spec.image,
    namespace,
    envProcess: spec.envProcess,
    envVars: spec.envVars,
    constraints: spec.constraints,
    secrets: spec.secrets,
    labels: { ...spec.labels, faas_function: name },
    annotations: { 'prometheus.io.scrape': 'false', ...spec.annotations },
    limits: canonical(spec.limits),
    requests: canonical(spec.requests),
    readOnlyRootFilesystem: spec.readOnlyRootFilesystem,
    invocationCount: metrics.invocations(name, namespace),
    replicas: deployment.replicas,
    availableReplicas: readyPods(workloads, namespace, name),
    createdAt: new Date(deployment.createdAtMs).toISOString(),
  });
}

function readyPods(workloads: LocalWorkloads, namespace: string, name: string): number {
  return workloads.pods(namespace).filter((pod) => pod.functionName === name && pod.ready).length;
}

/** Quantities as the API server gives them back: `0.2` → `200m`, `1024Mi` → `1Gi`; decimal ones stay decimal. */
function canonical({ cpu, memory }: { cpu?: string; memory?: string }): Record<string, string> {
  return {
    ...(memory !== undefined && {
      memory: memory.endsWith('i') ? formatMemoryBytes(parseMemoryBytes(memory)) : memory,
    }),
    ...(cpu !== undefined && { cpu: formatCpuCores(parseCpuCores(cpu)) }),
  };
}

function withoutEmpty(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => !isEmpty(value)));
}

function isEmpty(value: unknown): boolean {
  if (typeof value === 'object' && value !== null) return Object.keys(value).length === 0;
  return value === '' || value === 0 || value === false;
}
