import { readdirSync } from 'node:fs';
import { Command, type CommandUnknownOpts } from '@commander-js/extra-typings';
import * as z from 'zod';

const FOLDER = new URL('../../cli/commands/', import.meta.url);
const WIDTH = 100;

/** A module of cli/commands: it exports one function that makes its command. */
const moduleSchema = z.record(z.string(), z.unknown());
const makerSchema = z.custom<() => CommandUnknownOpts>((value) => typeof value === 'function');

/** The help of each command as it prints it, with the commands below it, by name. */
export async function commandsSection(): Promise<string> {
  const all = (await foresizeCommands()).flatMap(withThoseBelow);
  const links = all.map((command) => `- [\`${pathOf(command)}\`](#${anchorOf(command)}): ${lead(command)}`);
  const parts = all.map((command) => `## ${pathOf(command)}\n\n\`\`\`text\n${helpOf(command)}\n\`\`\``);
  return [links.join('\n'), ...parts].join('\n\n');
}

/** The commands of foresize, as they are added to it. Defaults that come from the environment are those without it. */
async function foresizeCommands(): Promise<readonly CommandUnknownOpts[]> {
  for (const name of ['PROMETHEUS_URL', 'OPENFAAS_URL']) Reflect.deleteProperty(process.env, name);
  const program = new Command('foresize');
  for (const file of readdirSync(FOLDER).sort()) {
    const exported = moduleSchema.parse(await import(new URL(file, FOLDER).href));
    const maker = Object.entries(exported).find(([name]) => name.endsWith('Command'));
    if (maker === undefined) throw new Error(`cli/commands/${file} exports no command`);
    program.addCommand(makerSchema.parse(maker[1])());
  }
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
