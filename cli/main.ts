import { Command, CommanderError, type CommandUnknownOpts } from '@commander-js/extra-typings';
import { ForesizeError } from '#core/errors/error.ts';
import packageJson from '../package.json' with { type: 'json' };
import { outliveClosedOutput } from './closed-output.ts';
import { allCommands } from './commands/all-commands.ts';

const EXIT_CODES = `
Exit codes: 0 done; 1 failed, or a run did not show what it should; 2 wrong input; 130 ended by Ctrl-C.
foresize COMMAND --help says more, with examples.`;

const program = new Command('foresize')
  .description('Sizes OpenFaaS functions ahead of time.')
  .version(packageJson.version)
  .showHelpAfterError('(foresize --help shows what there is)')
  .showSuggestionAfterError()
  .exitOverride()
  .addHelpText('after', EXIT_CODES);
adopt(program, allCommands());

outliveClosedOutput();
try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = report(error);
}

/** Adds commands, and theirs: each behaves as its parent on errors, and names its own help. */
function adopt(parent: CommandUnknownOpts, commands: readonly CommandUnknownOpts[], path = 'foresize'): void {
  for (const command of commands) {
    const name = `${path} ${command.name()}`;
    if (command.parent === null) parent.addCommand(command);
    command.copyInheritedSettings(parent).showHelpAfterError(`(${name} --help shows what is accepted)`);
    adopt(command, command.commands, name);
  }
}

/** What went wrong and what to do about it, on stderr; the exit code. */
function report(error: unknown): number {
  // Commander has said what it had to say.
  if (error instanceof CommanderError) return isAnswer(error) ? 0 : 2;
  if (error instanceof ForesizeError) {
    process.stderr.write(`foresize: ${error.message}\n${error.remedy}\n`);
    return error.exitCode;
  }
  // The system's own words name what was tried and the path: `EACCES: permission denied, mkdir '/srv/foresize'`.
  if (error instanceof Error && 'syscall' in error) {
    process.stderr.write(`foresize: ${error.message}\n`);
    return 1;
  }
  process.stderr.write(
    `foresize: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
  );
  return 1;
}

/** Help or the version, where they were asked for. */
function isAnswer({ exitCode }: CommanderError): boolean {
  return exitCode === 0;
}
