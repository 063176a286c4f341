import type { Resources } from '#core/usage/reading.ts';

export const NO_RESOURCES: Resources = {
  cpuRequestCores: null,
  cpuLimitCores: null,
  memoryRequestBytes: null,
  memoryLimitBytes: null,
};
