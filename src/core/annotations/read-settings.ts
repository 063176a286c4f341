import { ForesizeError } from '../errors/error.ts';
import type { FunctionSettings } from '../policy/settings.ts';
import { parseSettings } from './parse-settings.ts';

/** What a function's annotations say, for what only looks: its settings, or what is wrong with them. */
export type ReadSettings =
  | { readonly settings: FunctionSettings; readonly problem: null }
  | { readonly settings: null; readonly problem: string };

/** As `parseSettings`, but answers what is wrong where that throws `annotation-invalid`. */
export function readSettings(annotations: Readonly<Record<string, string>>): ReadSettings {
  try {
    return { settings: parseSettings(annotations), problem: null };
  } catch (error) {
    if (error instanceof ForesizeError) return { settings: null, problem: error.message };
    throw error;
  }
}
