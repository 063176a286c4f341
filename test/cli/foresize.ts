import { fileURLToPath } from 'node:url';
import { execa } from 'execa';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** `foresize` in a process of its own, with its report of errors. */
export function foresize(...words: string[]) {
  return execa(process.execPath, ['cli/bin.mjs', ...words], { cwd: ROOT, reject: false });
}
