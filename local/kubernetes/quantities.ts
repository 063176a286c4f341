import { formatCpuCores, formatMemoryBytes } from '#core/units/quantity.ts';
import type { Resources } from '#core/usage/reading.ts';
import type { JsonObject } from './json.ts';

/** `resources` of a container: a request left out is the limit, as the API server's defaulting has it. */
export function toRequirements(resources: Resources): JsonObject {
  const limits = toList(resources.cpuLimitCores, resources.memoryLimitBytes);
  const requests = toList(
    resources.cpuRequestCores ?? resources.cpuLimitCores,
    resources.memoryRequestBytes ?? resources.memoryLimitBytes,
  );
  return {
    ...(Object.keys(limits).length > 0 && { limits }),
    ...(Object.keys(requests).length > 0 && { requests }),
  };
}

/** What the scheduler holds for a container (`allocatedResources`): its requests. */
export function toRequests(resources: Resources): JsonObject {
  return toList(
    resources.cpuRequestCores ?? resources.cpuLimitCores,
    resources.memoryRequestBytes ?? resources.memoryLimitBytes,
  );
}

function toList(cpuCores: number | null, memoryBytes: number | null): JsonObject {
  return {
    ...(cpuCores !== null && { cpu: formatCpuCores(cpuCores) }),
    ...(memoryBytes !== null && { memory: formatMemoryBytes(memoryBytes) }),
  };
}

/** RFC 3339 in whole seconds, as the API server prints times. */
export function toTime(ms: number): string {
  return new Date(ms).toISOString().replace(/\.\d+Z$/, 'Z');
}
