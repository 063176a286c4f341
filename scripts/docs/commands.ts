import { Command, type CommandUnknownOpts } from '@commander-js/extra-typings';
import { allCommands } from '../../cli/commands/all-commands.ts';

const WIDTH = 100;

/** The help of each command as it prints it, with the commands below it, by name. */
export function commandsSection(): string {
  const all = foresizeCommands().flatMap(withThoseBelow);
  const links = all.map((command) => `- [\`${pathOf(command)}\`](#${anchorOf(command)}): ${lead(command)}`);
  const parts = all.map((command) => `## ${pathOf(command)}\n\n\`\`\`text\n${helpOf(command)}\n\`\`\``);
  return [links.join('\n'), ...parts].join('\n\n');
}

/** The commands of foresize, as they are added to it. Defaults that come from the environment are those without it. */
function foresizeCommands(): readonly CommandUnknownOpts[] {
  for (const name of ['PROMETHEUS_URL', 'OPENFAAS_URL']) Reflect.deleteProperty(process.env, name);
  const program = new Command('foresize');
  for (const command of allCommands()) program.addCommand(command);
  return program.commands;
}

function withThoseBelow(command: CommandUnknownOpts): CommandUnknownOpts[] {
  return command.commands.length === 0 ? [command] : command.commands.flatMap(withThoseBelow);
}

function pathOf(command: CommandUnknownOpts): string {
  return command.parent === null ? command.name() : `${pathOf(command.parent)} ${command.name()}`;
}

/** As GitHub makes it of a heading. */
const anchorOf = (command: CommandUnknownOpts): string => pathOf(command).replaceAll(' ', '-');

const lead = (command: CommandUnknownOpts): string => command.description().split(/[;.](?:\s|$)/)[0] ?? '';

function helpOf(command: CommandUnknownOpts): string {
  let help = '';
  command
    .configureOutput({
      writeOut: (text) => (help += text),
      getOutHelpWidth: () => WIDTH,
      getOutHasColors: () => false,
    })
    .outputHelp();
  return help.trim();
}
