import { randomUUID } from 'node:crypto';
import { mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { ForesizeError } from '#core/errors/error.ts';
import { writeNew } from '../data/write-whole.ts';

/**
 * Makes `folder` hold exactly `files`, all or nothing: they are written and flushed beside it under another name,
 * which then takes its place. What was there before stays until then. Throws `model-unwritable`, also where the folder
 * holds something that is not among `files` and would be lost.
 */
export async function writeFolder(
  folder: string,
  files: Readonly<Record<string, string | Uint8Array>>,
): Promise<void> {
  const target = resolve(folder);
  const parent = dirname(target);
  try {
    await refuseLoss(target, files);
    await mkdir(parent, { recursive: true });
    const made = join(parent, `.${basename(target)}-${randomUUID()}`);
    try {
      await mkdir(made);
      await fill(made, files);
      await exchange(made, target);
    } catch (error) {
      await rm(made, { recursive: true, force: true });
      throw error;
    }
    await flush(parent);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new ForesizeError('model-unwritable', `${folder} cannot be written: ${reason}`, { cause });
  }
}

async function refuseLoss(target: string, files: Readonly<Record<string, unknown>>): Promise<void> {
  const present = await readdir(target).catch((error: unknown) => {
    if (isMissing(error)) return [];
    throw error;
  });
  // Pictures of plots are made on request only: those of an earlier time go with their plots.
  const ours = (name: string): boolean =>
    Object.hasOwn(files, name) || Object.hasOwn(files, name.replace(/\.png$/, '.svg'));
  const lost = present.filter((name) => !ours(name));
  if (lost.length > 0) throw new Error(`it holds ${lost.slice(0, 3).join(', ')}, which would be lost`);
}

async function fill(folder: string, files: Readonly<Record<string, string | Uint8Array>>): Promise<void> {
  for (const [name, content] of Object.entries(files)) await writeNew(join(folder, name), [content]);
  await flush(folder);
}

/** A folder cannot be renamed onto one that holds something, so the old one steps aside first. */
async function exchange(made: string, target: string): Promise<void> {
  const aside = `${made}-before`;
  const before = await rename(target, aside).then(
    () => true,
    (error: unknown) => {
      if (isMissing(error)) return false;
      throw error;
    },
  );
  try {
    await rename(made, target);
  } catch (error) {
    if (before) await rename(aside, target);
    throw error;
  }
  if (before) await rm(aside, { recursive: true, force: true });
}

/** The names of a folder outlive a power cut only once it is flushed itself. */
async function flush(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}
