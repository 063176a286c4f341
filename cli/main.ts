import { Command, CommanderError } from '@commander-js/extra-typings';
import { ForesizeError } from '#core/errors/error.ts';
import packageJson from '../package.json' with { type: 'json' };
import { invokeCommand } from './commands/invoke.ts';
import { upCommand } from './commands/up.ts';
import { outliveClosedOutput } from './closed-output.ts';

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
for (const command of [upCommand(), invokeCommand()]) {
  program.addCommand(command);
  command
    .copyInheritedSettings(program)
    .showHelpAfterError(`(foresize ${command.name()} --help shows what is accepted)`);
}

outliveClosedOutput();
try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = report(error);
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
