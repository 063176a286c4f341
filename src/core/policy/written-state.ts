import * as z from 'zod';
import { resourcesSchema } from '../messages/decision.ts';
import type { Resources } from '../usage/reading.ts';
import type { FunctionState } from './state.ts';

const value = z.number().nonnegative().nullable();

const pack = (sizes: Resources): readonly (number | null)[] => [
  sizes.cpuRequestCores,
  sizes.cpuLimitCores,
  sizes.memoryRequestBytes,
  sizes.memoryLimitBytes,
];

/** Resources as they are written in the state, four values without their names; with names, too, as they once were. */
export const writtenResourcesSchema = z.union([
  resourcesSchema,
  z
    .tuple([value, value, value, value])
    .transform(([cpuRequestCores, cpuLimitCores, memoryRequestBytes, memoryLimitBytes]) => {
      return { cpuRequestCores, cpuLimitCores, memoryRequestBytes, memoryLimitBytes };
    }),
]);

/** The state as text that `functionStateSchema` reads: names of resources would be a seventh of its kilobyte. */
export function writeState(state: FunctionState): string {
  const { original, applied } = state;
  return JSON.stringify({
    ...state,
    original: pack(original),
    applied: applied === null ? null : pack(applied),
  });
}
