import * as z from 'zod';
import {
  functionStateSchema,
  suiteStateSchema,
  type FunctionState,
  type SuiteState,
} from '#core/policy/state.ts';

/** Parses one stored entry; a string says what is wrong with it. */
export function parseFunctionState(text: string): FunctionState | string {
  return parseWith(functionStateSchema, text);
}

/** Parses the stored state of the suite; a string says what is wrong with it. */
export function parseSuiteState(text: string): SuiteState | string {
  return parseWith(suiteStateSchema, text);
}

function parseWith<T extends object>(schema: z.ZodType<T>, text: string): T | string {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return 'not JSON';
  }
  const parsed = schema.safeParse(value);
  return parsed.success ? parsed.data : z.prettifyError(parsed.error).replaceAll(/\s*\n\s*/g, ' ');
}
