import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** A file of the page, as it is sent. */
export interface Asset {
  readonly type: string;
  readonly body: Uint8Array;
  readonly etag: string;
}

/** By the path under the page's address: `page.js`; the document itself is ``. */
export type Assets = ReadonlyMap<string, Asset>;

/** The document as a file. */
export const DOCUMENT = 'index.html';

const TYPES: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  svg: 'image/svg+xml',
};

/** Files by name as they are sent. */
export function toAssets(files: Iterable<readonly [name: string, body: Uint8Array]>): Assets {
  return new Map(
    Array.from(files, ([name, body]) => {
      const type = TYPES[name.slice(name.lastIndexOf('.') + 1)] ?? 'application/octet-stream';
      return [name === DOCUMENT ? '' : name, { type, body, etag: etagOf(body) }];
    }),
  );
}

/** What `bundleAssets` made and somebody wrote to a folder. Fails with the system's own words. */
export async function readAssets(folder: string): Promise<Assets> {
  const names = await readdir(folder);
  return toAssets(
    await Promise.all(names.map(async (name) => [name, await readFile(join(folder, name))] as const)),
  );
}

/** The same content has the same tag, on every replica; a weak one, since it may be sent compressed. */
export function etagOf(body: Uint8Array): string {
  return `W/"${createHash('sha256').update(body).digest('base64url').slice(0, 27)}"`;
}
