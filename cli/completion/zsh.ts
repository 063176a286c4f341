import { below, type CompletedCommand, type CompletedOption, pathOf, type Value } from './command-tree.ts';
import { quoted } from './quoted.ts';

/** A script that completes the program in zsh: to be sourced, or a file \`_foresize\` in a folder of \`$fpath\`. */
export function zshScript(commands: readonly CompletedCommand[]): string {
  return `#compdef foresize
# Completes foresize in zsh; made by \`foresize completion zsh\`.

${commands.map((command) => functionFor(command, commands)).join('\n')}
if [[ $zsh_eval_context[-1] == loadautofunc ]]; then
  _foresize "$@"
else
  compdef _foresize foresize
fi
`;
}

const functionName = (command: CompletedCommand): string => `_${pathOf(command).replaceAll(/[ -]/g, '_')}`;

function functionFor(command: CompletedCommand, commands: readonly CompletedCommand[]): string {
  const inner = below(command, commands);
  const options = command.options.flatMap(optionSpecs);
  const name = functionName(command);
  if (inner.length === 0) {
    const specs = [...options, ...argumentSpecs(command.argument)];
    return `${name}() {\n  _arguments -s \\\n    ${specs.join(' \\\n    ')}\n}\n`;
  }
  const described = inner.map(({ path, description }) =>
    quoted(`${path.at(-1) ?? ''}:${escapedColon(description)}`),
  );
  const calls = inner.map((one) => `    ${one.path.at(-1) ?? ''}) ${functionName(one)} ;;\n`);
  return `${name}() {
  local state line curcontext=$curcontext
  typeset -A opt_args
  _arguments -C -s \\
    ${[...options, quoted('1:command:->command'), quoted('*::argument:->argument')].join(' \\\n    ')}
  case $state in
    command)
      local -a commands=(
        ${described.join('\n        ')}
      )
      _describe command commands
      ;;
    argument)
      case $words[1] in
${calls.map((line) => `    ${line}`).join('')}      esac
      ;;
  esac
}
`;
}

/** One for each of its names: \`'--stack=[the stack.yml to write]:file:_files'\`. */
function optionSpecs({ names, description, value, isOptional, isVariadic }: CompletedOption): string[] {
  const text = `[${escapedBracket(description)}]`;
  if (value === null) return names.map((name) => quoted(`${name}${text}`));
  const separator = isVariadic ? ':*-*' : '';
  const argument = `${separator}${isOptional ? '::' : ':'}value:${actionOf(value)}`;
  return names.map((name) => {
    const repeated = isVariadic ? '*' : '';
    const equals = name.startsWith('--') && !isVariadic ? '=' : '';
    return quoted(`${repeated}${name}${equals}${text}${argument}`);
  });
}

const argumentSpecs = (value: Value | null): string[] =>
  value === null ? [] : [quoted(`*:argument:${actionOf(value)}`)];

function actionOf(value: Value): string {
  if (value.kind === 'words') return `(${value.words.join(' ')})`;
  if (value.kind === 'folders') return '_files -/';
  return value.kind === 'files' ? '_files' : ' ';
}

const escapedColon = (text: string): string => text.replaceAll(':', String.raw`\:`);

const escapedBracket = (text: string): string =>
  escapedColon(text)
    .replaceAll('[', String.raw`\[`)
    .replaceAll(']', String.raw`\]`);
