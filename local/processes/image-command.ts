import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { transform } from 'esbuild';
import type { Image } from '../images/image.ts';
import type { Command } from '../limits/limiter.ts';

/** The command that runs an image; what it needs beside the image goes to `stateDirectory`. */
export async function imageCommand(image: Image, stateDirectory: string): Promise<Command> {
  const script = image.kind === 'bundle' ? image.bundlePath : await watchdogScript(stateDirectory);
  return { program: process.execPath, args: [script] };
}

/** The built-in watchdog as plain JavaScript: through a TypeScript loader each replica would start slower by half a second. */
async function watchdogScript(stateDirectory: string): Promise<string> {
  const source = await readFile(new URL('./classic-watchdog.ts', import.meta.url), 'utf8');
  const { code } = await transform(source, { loader: 'ts', format: 'cjs', platform: 'node' });
  const directory = join(stateDirectory, 'pods');
  await mkdir(directory, { recursive: true });
  const script = join(directory, 'classic-watchdog.cjs');
  await writeFile(`${script}.${process.pid}`, code);
  await rename(`${script}.${process.pid}`, script);
  return script;
}
