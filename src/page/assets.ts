import { createHash } from 'node:crypto';
import { build, type OutputFile } from 'esbuild';

/** A file of the page, as it is sent. */
export interface Asset {
  readonly type: string;
  readonly body: Uint8Array;
  readonly etag: string;
}

/** By the path under the page's address: `page.js`; the document itself is ``. */
export type Assets = ReadonlyMap<string, Asset>;

const TYPES: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  svg: 'image/svg+xml',
};

/** What the page is made of in the browser; the folder stands beside this file, in an image too. */
const CLIENT = new URL('./client/', import.meta.url);

/**
 * The page's files: script and style bundled and made small, document and icon as they are. They need nothing from
 * elsewhere. Throws esbuild's BuildFailure, which names file and line.
 */
export async function bundleAssets(): Promise<Assets> {
  const { outputFiles } = await build({
    entryPoints: ['page.ts', 'page.css', 'index.html', 'icon.svg'].map(
      (name) => new URL(name, CLIENT).pathname,
    ),
    outdir: '/',
    write: false,
    bundle: true,
    minify: true,
    format: 'esm',
    target: ['es2022'],
    charset: 'utf8',
    loader: { '.html': 'copy', '.svg': 'copy' },
    // The licences of what is bundled stay with it.
    legalComments: 'eof',
    logLevel: 'silent',
  });
  return new Map(outputFiles.map((file) => [nameOf(file), assetOf(file)]));
}

function nameOf({ path }: OutputFile): string {
  const name = path.slice(path.lastIndexOf('/') + 1);
  return name === 'index.html' ? '' : name;
}

function assetOf({ path, contents }: OutputFile): Asset {
  return {
    type: TYPES[path.slice(path.lastIndexOf('.') + 1)] ?? 'application/octet-stream',
    body: contents,
    etag: etagOf(contents),
  };
}

/** The same bytes have the same tag, on every replica. */
export function etagOf(body: Uint8Array): string {
  return `"${createHash('sha256').update(body).digest('base64url').slice(0, 27)}"`;
}
