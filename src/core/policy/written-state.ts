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

const maximum = z.number().int().nonnegative().nullable();

/** Maxima as they are written in the state: in base 36, commas between them, nothing for null; as an array, too. */
export const writtenMaximaSchema = z.union([
  z.array(maximum),
  z
    .string()
    .regex(/^[0-9a-z]{0,9}(,[0-9a-z]{0,9})*$/)
    .transform((text) => text.split(',').map((digits) => (digits === '' ? null : parseInt(digits, 36)))),
]);

/** An empty array stays one: as text it would be one null. */
function packMaxima({ first, cpu, memory }: FunctionState['hourly']) {
  const text = (values: readonly (number | null)[]) =>
    values.length === 0 ? values : values.map((one) => one?.toString(36) ?? '').join(',');
  return { first, cpu: text(cpu), memory: text(memory) };
}

/**
 * The state as text that `functionStateSchema` reads: names of resources would be a seventh of its kilobyte, and maxima
 * as numbers of JSON half of it.
 */
export function writeState(state: FunctionState): string {
  const { original, applied, hourly, daily } = state;
  return JSON.stringify({
    ...state,
    original: pack(original),
    applied: applied === null ? null : pack(applied),
    hourly: packMaxima(hourly),
    daily: packMaxima(daily),
  });
}
