import type { CommandUnknownOpts, Option } from '@commander-js/extra-typings';

/** What may stand where a value does. */
export type Value =
  | { readonly kind: 'words'; readonly words: readonly string[] }
  | { readonly kind: 'files' | 'folders' | 'anything' };

export interface CompletedOption {
  /** `-f`, `--stack`. */
  readonly names: readonly string[];
  readonly description: string;
  /** Null for one that takes none. */
  readonly value: Value | null;
  /** It may do without its value. */
  readonly isOptional: boolean;
  /** It takes every word up to the next option. */
  readonly isVariadic: boolean;
}

/** One command as the shells complete it. */
export interface CompletedCommand {
  /** Words after the name of the program: none for the program itself. */
  readonly path: readonly string[];
  readonly description: string;
  readonly options: readonly CompletedOption[];
  /** What its arguments may be; null where it takes none. */
  readonly argument: Value | null;
}

/** By what a value is called in the help: `--stack <file>`. */
const FILES: ReadonlySet<string> = new Set(['file', 'log', 'path']);
const FOLDERS: ReadonlySet<string> = new Set(['directory', 'folder']);

/** The program and all commands below it, as commander knows them, each before those below it. */
export function completedCommands(
  command: CommandUnknownOpts,
  path: readonly string[] = [],
): readonly CompletedCommand[] {
  const [first] = command.registeredArguments;
  const help = command.createHelp();
  return [
    {
      path,
      description: command.description(),
      options: help.visibleOptions(command).map(completedOption),
      argument: first === undefined ? null : valueOf(first.name(), first.argChoices),
    },
    ...command.commands.flatMap((below) => completedCommands(below, [...path, below.name()])),
  ];
}

function completedOption(option: Option): CompletedOption {
  const [, placeholder = ''] = /[<[](.+?)(?:\.\.\.)?[>\]]/.exec(option.flags) ?? [];
  const takesValue = option.required || option.optional;
  return {
    names: [option.short, option.long].filter((name) => name !== undefined),
    description: option.description,
    value: takesValue ? valueOf(placeholder, option.argChoices) : null,
    isOptional: option.optional,
    isVariadic: option.variadic,
  };
}

function valueOf(name: string, choices: readonly string[] | undefined): Value {
  if (choices !== undefined) return { kind: 'words', words: choices };
  return { kind: FILES.has(name) ? 'files' : FOLDERS.has(name) ? 'folders' : 'anything' };
}

/** `foresize train lstm` */
export const pathOf = ({ path }: CompletedCommand): string => ['foresize', ...path].join(' ');

/** The commands right below one. */
export function below(
  { path }: CompletedCommand,
  commands: readonly CompletedCommand[],
): readonly CompletedCommand[] {
  return commands.filter(
    (one) => one.path.length === path.length + 1 && path.every((word, index) => one.path[index] === word),
  );
}
