import { randomUUID } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';

/** Writes a file whole or not at all: an interrupted run leaves what was there before. */
export async function writeWhole(path: string, parts: Iterable<string | Uint8Array>): Promise<void> {
  const unfinished = `${path}.${randomUUID()}.tmp`;
  try {
    await writeNew(unfinished, parts);
    await rename(unfinished, path);
  } catch (error) {
    await rm(unfinished, { force: true });
    throw error;
  }
}

/** Writes a file that is not there yet, and flushes it. */
export async function writeNew(path: string, parts: Iterable<string | Uint8Array>): Promise<void> {
  const file = await open(path, 'wx');
  try {
    for (const part of parts) await file.writeFile(part);
    await file.sync();
  } finally {
    await file.close();
  }
}
