import type { CommandUnknownOpts } from '@commander-js/extra-typings';

/** What the command line can do with one kind of model: subcommands of `foresize train` and `foresize evaluate`. */
export interface ModelCommands {
  readonly train: () => CommandUnknownOpts;
  readonly evaluate: () => CommandUnknownOpts;
}
