import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

/** What the page is made of in the browser. */
const CLIENT = new URL('./client/', import.meta.url);

/**
 * The page's files by name: script and style bundled and made small, document and icon as they are. They need nothing
 * from elsewhere. Throws esbuild's BuildFailure, which names file and line.
 */
export async function bundleAssets(): Promise<ReadonlyMap<string, Uint8Array>> {
  const { outputFiles } = await build({
    entryPoints: ['page.ts', 'page.css', 'index.html', 'icon.svg'].map((name) =>
      fileURLToPath(new URL(name, CLIENT)),
    ),
    outdir: '/',
    write: false,
    bundle: true,
    // What only one function's view needs is loaded behind the list.
    splitting: true,
    minify: true,
    format: 'esm',
    target: ['es2022'],
    charset: 'utf8',
    loader: { '.html': 'copy', '.svg': 'copy' },
    // The licences of what is bundled stay with it.
    legalComments: 'eof',
    logLevel: 'silent',
  });
  return new Map(
    outputFiles.map(({ path, contents }) => [path.slice(path.lastIndexOf('/') + 1), contents] as const),
  );
}
