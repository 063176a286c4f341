import { Command, CommanderError } from '@commander-js/extra-typings';
import { ForesizeError } from '#core/errors/error.ts';
import { allCommands } from '../../cli/commands/all-commands.ts';
import { redirected } from '../cli/printed.ts';

export interface Outcome {
  readonly exitCode: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs `npx foresize …` in this process, which spares the second that each process of its own takes to load: in
 * `folder`, with the variables of `environment`, and the exit code that the program would have had.
 */
export async function foresizeHere(
  line: string,
  folder: string,
  environment: Readonly<Record<string, string>>,
): Promise<Outcome> {
  const words = wordsOf(line).slice(2);
  const before = { folder: process.cwd(), environment: { ...process.env } };
  let stdout = '';
  let stderr = '';
  process.chdir(folder);
  Object.assign(process.env, environment);
  try {
    process.exitCode = 0;
    const exitCode = await takingCode(() =>
      redirected(
        process.stdout,
        (text) => (stdout += text),
        () =>
          redirected(
            process.stderr,
            (text) => (stderr += text),
            () => program().parseAsync(words, { from: 'user' }),
          ),
      ),
    );
    return { exitCode, stdout, stderr };
  } finally {
    process.exitCode = undefined;
    process.chdir(before.folder);
    for (const name of Object.keys(environment)) Reflect.deleteProperty(process.env, name);
    Object.assign(process.env, before.environment);
  }
}

function program(): Command {
  const foresize = new Command('foresize').exitOverride();
  for (const command of allCommands()) foresize.addCommand(command.copyInheritedSettings(foresize));
  return foresize;
}

/** The words of a command line without variables: quoted ones are one word. */
const wordsOf = (line: string): string[] =>
  [...line.matchAll(/'([^']*)'|"([^"]*)"|(\S+)/g)].map(([, one, two, plain]) => one ?? two ?? plain ?? '');

async function takingCode(run: () => Promise<void>): Promise<number> {
  try {
    await run();
    return Number(process.exitCode ?? 0);
  } catch (error) {
    if (error instanceof ForesizeError) return error.exitCode;
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    throw error;
  }
}
