import { below, type CompletedCommand, type CompletedOption, pathOf, type Value } from './command-tree.ts';

/** A script that completes the program in fish. */
export function fishScript(commands: readonly CompletedCommand[]): string {
  const paths = commands.map((command) => quoted(pathOf(command)));
  return `# Completes foresize in fish; made by \`foresize completion fish\`.

set -g __foresize_paths ${paths.join(' ')}

function __foresize_at
    set -l words (commandline -opc)
    set -l path foresize
    for word in $words[2..-1]
        contains -- "$path $word" $__foresize_paths; and set path "$path $word"
    end
    test "$path" = "$argv[1]"
end

# Whether the word is one more value of this option.
function __foresize_in
    for word in (commandline -opc)[-1..1]
        string match -q -- '-*' $word; or continue
        contains -- $word $argv
        return
    end
    return 1
end

complete -c foresize -e
complete -c foresize -f
${commands.flatMap((command) => linesOf(command, commands)).join('\n')}
`;
}

function linesOf(command: CompletedCommand, commands: readonly CompletedCommand[]): string[] {
  const at = `complete -c foresize -n ${quoted(`__foresize_at "${pathOf(command)}"`)}`;
  return [
    ...below(command, commands).map(
      ({ path, description }) => `${at} -a ${quoted(path.at(-1) ?? '')} -d ${quoted(description)}`,
    ),
    ...(command.argument === null ? [] : argumentLine(at, command.argument)),
    ...command.options.flatMap((option) => [optionLine(at, option), ...moreValues(command, option)]),
  ];
}

/** Fish takes one value for an option: those after it need a line of their own. */
function moreValues(command: CompletedCommand, { names, value, isVariadic }: CompletedOption): string[] {
  if (!isVariadic || value === null) return [];
  const condition = `__foresize_at "${pathOf(command)}"; and __foresize_in ${names.join(' ')}`;
  return [`complete -c foresize -n ${quoted(condition)} ${valueFlags(value)}`];
}

function argumentLine(at: string, value: Value): string[] {
  if (value.kind === 'words') return [`${at} -a ${quoted(value.words.join(' '))}`];
  if (value.kind === 'folders') return [`${at} -a '(__fish_complete_directories)'`];
  return value.kind === 'files' ? [`${at} -F`] : [];
}

function optionLine(at: string, { names, description, value, isOptional }: CompletedOption): string {
  const flags = names.map((name) => (name.startsWith('--') ? `-l ${name.slice(2)}` : `-s ${name.slice(1)}`));
  // Without -r an option may stand alone.
  const taken = value === null ? '' : ` ${isOptional ? '' : '-r '}${valueFlags(value)}`;
  return `${at} ${flags.join(' ')} -d ${quoted(description)}${taken.trimEnd()}`;
}

function valueFlags(value: Value): string {
  if (value.kind === 'words') return `-f -a ${quoted(value.words.join(' '))}`;
  if (value.kind === 'folders') return "-f -a '(__fish_complete_directories)'";
  return value.kind === 'files' ? '-F' : '-f';
}

const quoted = (text: string): string =>
  `'${text.replaceAll('\\', String.raw`\\`).replaceAll("'", String.raw`\'`)}'`;
