import type { ModelCommands } from './model-commands.ts';
import { lstmCommands } from './lstm.ts';
import { seedLstmCommands } from './seed-lstm.ts';

/** Every model that can be trained. */
export const MODELS: readonly ModelCommands[] = [lstmCommands, seedLstmCommands];
