import type { ModelCommands } from './model-commands.ts';
import { seedLstmCommands } from './seed-lstm.ts';

/** Every model that can be trained. */
export const MODELS: readonly ModelCommands[] = [seedLstmCommands];
