import type { CommandUnknownOpts } from '@commander-js/extra-typings';
import { bashScript } from './bash.ts';
import { completedCommands } from './command-tree.ts';
import { fishScript } from './fish.ts';
import { zshScript } from './zsh.ts';

const SCRIPTS = { bash: bashScript, zsh: zshScript, fish: fishScript } as const;

/** The script by which a shell completes the program and all that is below it. */
export const completionScript = (shell: keyof typeof SCRIPTS, program: CommandUnknownOpts): string =>
  SCRIPTS[shell](completedCommands(program));
