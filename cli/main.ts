import { Command } from '@commander-js/extra-typings';
import { ForesizeError } from '#core/errors/error.ts';
import packageJson from '../package.json' with { type: 'json' };
import { invokeCommand } from './commands/invoke.ts';
import { upCommand } from './commands/up.ts';

const program = new Command('foresize')
  .description('Sizes OpenFaaS functions ahead of time.')
  .version(packageJson.version)
  .showHelpAfterError('(foresize --help shows what there is)')
  .addCommand(upCommand())
  .addCommand(invokeCommand());

try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = report(error);
}

/** What went wrong and what to do about it, on stderr; the exit code. */
function report(error: unknown): number {
  if (error instanceof ForesizeError) {
    process.stderr.write(`foresize: ${error.message}\n${error.remedy}\n`);
    return error.exitCode;
  }
  process.stderr.write(
    `foresize: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
  );
  return 1;
}
