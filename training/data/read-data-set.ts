import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, extname, join, resolve } from 'node:path';
import { ForesizeError } from '#core/errors/error.ts';
import { keyOf } from '#core/function-key.ts';
import type { DataSet, FunctionHistory } from '#core/replay/history.ts';
import { readDataFile } from './data-file.ts';
import { readRecording, type Split } from '../recordings/read-recording.ts';
import { joinFiles, type FileOptions } from './join-files.ts';
import { MANIFEST } from './prometheus/manifest.ts';
import { readPrometheusRecording } from './prometheus/read-recording.ts';

export interface ReadOptions extends FileOptions {
  /**
   * Of a recording of the local platform: what may be chosen by, what is held out of every choice, or both.
   * @default 'choice'
   */
  readonly split?: Split;
}

/** How a folder of one kind is read, and the file that tells it. */
interface FolderKind {
  readonly sign: string;
  readonly read: (folder: string, options: ReadOptions) => Promise<readonly FunctionHistory[]>;
}

const FOLDER_KINDS: readonly FolderKind[] = [
  { sign: MANIFEST, read: readPrometheusRecording },
  {
    sign: 'session.json',
    read: async (folder, { split = 'choice' }) => (await readRecording(folder, split)).histories,
  },
];

/**
 * Reads data of any kind there is: a folder that `foresize record` or the recorder of the local platform wrote, or one
 * of such folders; a folder of CSV files; or files named one by one, which belong together: usage, two files of it to be joined on their
 * times, and logs of the calls. The content tells what a file is, not its name. Throws `data-invalid`, naming file and
 * line, where it is none of them or does not fit together.
 *
 * @example
 * const { histories } = await readDataSet(['cpu_usage.csv', 'memory_usage.csv', 'log.csv'], { name: 'qrcode' });
 */
export async function readDataSet(paths: readonly string[], options: ReadOptions = {}): Promise<DataSet> {
  if (paths.length === 0) throw new ForesizeError('data-invalid', 'no file or folder is named');
  if (options.stepMs !== undefined && !(options.stepMs >= 1)) {
    throw new ForesizeError('data-invalid', `a step of ${options.stepMs} ms is none`);
  }
  const files: string[] = [];
  const histories: FunctionHistory[] = [];
  for (const path of paths) {
    const folder = await folderOf(path);
    if (folder === null) files.push(path);
    else histories.push(...(await readFolder(folder, options)));
  }
  if (files.length > 0) histories.push(...(await readFiles(files, fileNames, options)));
  if (histories.length === 0) {
    throw new ForesizeError(
      'data-invalid',
      `${paths.join(', ')}: there is no function of split ${options.split ?? 'choice'}`,
    );
  }
  refuseTwice(histories);
  return { name: fileNames(paths), histories };
}

/** The folder that a path means: itself, or the one whose kind it tells; null for any other file. */
async function folderOf(path: string): Promise<string | null> {
  try {
    if ((await stat(path)).isDirectory()) return path;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new ForesizeError('data-invalid', `cannot read ${path}: ${reason}`, { cause: error });
  }
  return FOLDER_KINDS.some(({ sign }) => sign === basename(path)) ? dirname(path) : null;
}

async function readFolder(folder: string, options: ReadOptions): Promise<readonly FunctionHistory[]> {
  const names = await readdir(folder);
  const kind = FOLDER_KINDS.find(({ sign }) => names.includes(sign));
  if (kind !== undefined) return kind.read(folder, options);
  const tables = names.filter((name) => extname(name).toLowerCase() === '.csv').sort();
  if (tables.length === 0) return readRecordings(folder, names, options);
  return readFiles(
    tables.map((name) => join(folder, name)),
    (paths, isOnly) => (isOnly ? folderName(folder) : fileNames(paths)),
    options,
  );
}

/** A folder of recordings. */
async function readRecordings(
  folder: string,
  names: readonly string[],
  options: ReadOptions,
): Promise<FunctionHistory[]> {
  const histories: FunctionHistory[] = [];
  for (const name of [...names].sort()) {
    const inner = await readdir(join(folder, name)).catch((): string[] => []);
    if (!FOLDER_KINDS.some(({ sign }) => inner.includes(sign))) continue;
    histories.push(...(await readFolder(join(folder, name), options)));
  }
  if (histories.length > 0) return histories;
  throw new ForesizeError('data-invalid', `${folder} holds neither a recording nor CSV files`);
}

async function readFiles(
  paths: readonly string[],
  nameOf: (paths: readonly string[], isOnly: boolean) => string,
  options: ReadOptions,
): Promise<FunctionHistory[]> {
  const files = [];
  for (const path of paths) files.push(await readDataFile(path));
  return joinFiles(files, nameOf, options);
}

/** Two functions of one name could not be told apart in what is made of them. */
function refuseTwice(histories: readonly FunctionHistory[]): void {
  const seen = new Set<string>();
  for (const history of histories) {
    const key = keyOf(history);
    if (seen.has(key)) throw new ForesizeError('data-invalid', `function ${key} is there twice`);
    seen.add(key);
  }
}

function folderName(folder: string): string {
  return basename(resolve(folder));
}

function fileNames(paths: readonly string[]): string {
  return paths.map((path) => basename(resolve(path), extname(path))).join('+');
}
