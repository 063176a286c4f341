import { cp, mkdir, readFile, symlink } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { load } from 'js-yaml';
import { z } from 'zod';

export const repository = join(import.meta.dirname, '../..');

const schema = z.looseObject({
  configuration: z.object({ copy: z.array(z.string()) }),
  functions: z.record(z.string(), z.looseObject({ lang: z.string(), handler: z.string() })),
});

/** stack.yml as it is written, before variables are filled in. */
export async function readStack(): Promise<z.infer<typeof schema>> {
  return schema.parse(load(await readFile(join(repository, 'stack.yml'), 'utf8')));
}

/** A copy of a folder without what is installed or built in it. */
async function copyClean(from: string, to: string): Promise<void> {
  await cp(from, to, {
    recursive: true,
    filter: (path) => !['node_modules', 'dist', 'coverage'].includes(basename(path)),
  });
}

/** What faas-cli reads of the repository, copied: it looks for stack.yml's folders where it runs. */
export async function copyProject(to: string): Promise<void> {
  const { configuration } = await readStack();
  for (const path of ['stack.yml', 'template', 'functions', ...configuration.copy]) {
    await copyClean(join(repository, path), join(to, path));
  }
}

/**
 * Lays a function out as `faas-cli build --shrinkwrap` does: the template, the handler's folder over its function/,
 * and the paths of configuration.copy in function/.
 */
export async function shrinkWrap(name: string, context: string): Promise<void> {
  const { configuration, functions } = await readStack();
  const described = functions[name];
  if (described === undefined) throw new Error(`stack.yml has no ${name}`);
  await copyClean(join(repository, 'template', described.lang), context);
  await mkdir(join(context, 'function'), { recursive: true });
  await copyClean(join(repository, described.handler), join(context, 'function'));
  for (const path of configuration.copy)
    await copyClean(join(repository, path), join(context, 'function', path));
}

/** Stands for `npm ci` in both folders. */
export async function linkPackages(context: string): Promise<void> {
  const packages = join(repository, 'node_modules');
  await symlink(packages, join(context, 'node_modules'));
  await symlink(packages, join(context, 'function/node_modules'));
}
