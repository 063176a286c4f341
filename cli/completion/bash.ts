import { below, type CompletedCommand, pathOf, type Value } from './command-tree.ts';
import { quoted } from './quoted.ts';

/**
 * What stands before the word that is completed leads to a command and, maybe, to an option whose value it is. The tables
 * below tell the rest, so that no command is run while somebody types.
 */
const LOGIC = `_foresize() {
  local word=\${COMP_WORDS[COMP_CWORD]} path=foresize option= value= found= index
  # Readline breaks words at '=', too.
  [[ $word == = ]] && word=
  COMPREPLY=()
  for ((index = 1; index < COMP_CWORD; index++)); do
    found=\${COMP_WORDS[index]}
    case $found in
      =) continue ;;
      -*) option=$found; continue ;;
    esac
    _foresize_value "$path $option"
    case $value in
      many\\ *) continue ;;
      '') _foresize_is_command "$path $found" && path="$path $found" ;;
    esac
    option=
  done
  _foresize_value "$path $option"
  if [[ $word == -* && $value != one\\ * ]]; then
    _foresize_options "$path"
  elif [[ -z $value ]]; then
    _foresize_argument "$path"
  fi
  _foresize_reply "$word" \${value#* }
}

_foresize_reply() {
  local word=$1 kind=$2 IFS=$' \\t\\n'
  shift 2
  case $kind in
    words) COMPREPLY=($(compgen -W "$*" -- "$word")) ;;
    files | folders)
      local action=-f
      [[ $kind == folders ]] && action=-d
      IFS=$'\\n'
      COMPREPLY=($(compgen $action -- "$word"))
      # Not in the bash of macOS, and not outside of a completion.
      compopt -o filenames 2>/dev/null
      ;;
  esac
  return 0
}`;

/** A script that completes the program in bash, 3.2 or newer. */
export function bashScript(commands: readonly CompletedCommand[]): string {
  const paths = commands.map((command) => quoted(pathOf(command)));
  return `# Completes foresize in bash; made by \`foresize completion bash\`.

${table('_foresize_value', commands.flatMap(optionRows))}

${table(
  '_foresize_options',
  commands.map((command) => [
    [pathOf(command)],
    `one words ${command.options.flatMap(({ names }) => names).join(' ')}`,
  ]),
)}

${table(
  '_foresize_argument',
  commands.map((command) => [[pathOf(command)], argumentOf(command, commands)]),
)}

_foresize_is_command() {
  case $1 in
    ${paths.join(' | ')}) return 0 ;;
  esac
  return 1
}

${LOGIC}

complete -F _foresize foresize
`;
}

/** What is looked up, and what \`value\` is then. */
type Row = readonly [keys: readonly string[], value: string];

function table(name: string, rows: readonly Row[]): string {
  const cases = rows
    .filter(([, value]) => value !== '')
    .map(([keys, value]) => `    ${keys.map(quoted).join(' | ')}) value=${quoted(value)} ;;\n`);
  return `${name}() {\n  value=\n  case $1 in\n${cases.join('')}  esac\n}`;
}

/** How many words an option takes, and which: \`one files\`, \`many words low high\`, \`perhaps folders\`. */
function optionRows(command: CompletedCommand): Row[] {
  return command.options.flatMap(({ names, value, isOptional, isVariadic }): Row[] => {
    if (value === null) return [];
    const count = isVariadic ? 'many' : isOptional ? 'perhaps' : 'one';
    return [[names.map((name) => `${pathOf(command)} ${name}`), `${count} ${wordsOf(value)}`]];
  });
}

function argumentOf(command: CompletedCommand, commands: readonly CompletedCommand[]): string {
  const names = below(command, commands).flatMap(({ path }) => path.slice(-1));
  if (names.length > 0) return `one words ${names.join(' ')}`;
  return command.argument === null ? '' : `one ${wordsOf(command.argument)}`;
}

const wordsOf = (value: Value): string =>
  value.kind === 'words' ? `words ${value.words.join(' ')}` : value.kind;
