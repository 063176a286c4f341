import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { cp, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { build, type OutputFile, type Plugin } from 'esbuild';

/** Which function is bundled, with which copy of the template, and to where. */
export interface BundleRequest {
  /** The folder of this file, or a copy of it. */
  readonly templateDir: string;
  /** The folder that holds handler.ts (or handler.js, …). */
  readonly handlerDir: string;
  readonly outDir: string;
}

export interface Bundle {
  /** `outDir`/index.cjs: needs Node and nothing else. */
  readonly path: string;
  readonly bytes: number;
  /** In hex. */
  readonly sha256: string;
}

/**
 * What Express loads at once and the template never calls: its body parsers, query parser, static files, and the
 * tables of media types. Loading them is most of what Express costs at start (18 of 31 ms over an empty server).
 */
const UNUSED_BY_TEMPLATE = /^(body-parser|mime-types|qs|send|serve-static|supports-color)$/;
/** `debug` takes supports-color where it happens to be installed, which would make a bundle depend on its neighbours. */
const OF_EXPRESS = /[\\/]node_modules[\\/](express|accepts|type-is|debug)[\\/]/;

/** Leaves the parts out where Express asks for them, and only there: a handler's own import gets the real package. */
const leaveOutUnused: Plugin = {
  name: 'leave-out-unused',
  setup(setup) {
    setup.onResolve({ filter: UNUSED_BY_TEMPLATE }, ({ importer }) =>
      OF_EXPRESS.test(importer) ? { path: 'unused', namespace: 'unused' } : undefined,
    );
    setup.onLoad({ filter: /^unused$/, namespace: 'unused' }, () => ({ contents: 'module.exports = {};' }));
  },
};

/**
 * The template's Express is the handler's where it has one: in an image both folders have packages of their own, in a
 * repository they share them, and the bundle shall be the same.
 */
function shareExpress(templateDir: string, handlerDir: string): Plugin {
  return {
    name: 'share-express',
    setup(setup) {
      setup.onResolve({ filter: /^express$/ }, async ({ kind, resolveDir }) => {
        if (resolve(resolveDir) !== resolve(templateDir)) return undefined;
        const own = await setup.resolve('express', { kind, resolveDir: handlerDir });
        return own.errors.length > 0 ? undefined : own;
      });
    },
  };
}

/** Folders beside the handler that a function reads at run time: they go along, next to index.cjs. */
const TAKEN_ALONG = ['model', 'static'];

async function takeAlong(handlerDir: string, outDir: string): Promise<void> {
  for (const name of TAKEN_ALONG) {
    const target = join(outDir, name);
    await rm(target, { recursive: true, force: true });
    if (existsSync(join(handlerDir, name))) await cp(join(handlerDir, name), target, { recursive: true });
  }
}

/** Written beside and moved, so that nobody ever runs half a bundle. */
async function replaceFile(path: string, contents: Uint8Array): Promise<void> {
  const part = `${path}.${process.pid}.part`;
  await writeFile(part, contents);
  await rename(part, path);
}

function find(files: readonly OutputFile[], ending: string): OutputFile {
  const file = files.find(({ path }) => path.endsWith(ending));
  if (file === undefined) throw new Error(`esbuild gave no ${ending}`);
  return file;
}

/**
 * Bundles a function with the template's server into one CommonJS file that needs Node alone; what it imports lazily
 * is inside too, and evaluated when it is asked for. The bytes depend on the sources and packages only, not on where
 * they are, so a bundle of the repository and one of `faas-cli build --shrinkwrap` are the same. Licences of what is
 * bundled go to index.cjs.LEGAL.txt; the handler's folders `static` and `model` are copied beside it, where
 * `new URL('./static/', import.meta.url)` finds them in the sources as in the bundle. Throws esbuild's BuildFailure, which names file and line.
 */
export async function bundleFunction({ templateDir, handlerDir, outDir }: BundleRequest): Promise<Bundle> {
  const outfile = resolve(outDir, 'index.cjs');
  const { outputFiles } = await build({
    stdin: {
      contents: [
        `import { serve } from './serve.ts';`,
        `import * as handler from ${JSON.stringify(resolve(handlerDir, 'handler'))};`,
        `serve(handler);`,
      ].join('\n'),
      resolveDir: resolve(templateDir),
    },
    outfile,
    write: false,
    bundle: true,
    minify: true,
    platform: 'node',
    // CommonJS: an ESM bundle of CommonJS packages can't `require` Node's own modules.
    format: 'cjs',
    target: 'node20',
    charset: 'utf8',
    legalComments: 'external',
    // A tsconfig.json near the sources would change the output, and the two homes have different ones near.
    tsconfigRaw: {},
    define: { 'process.env.NODE_ENV': '"production"', 'import.meta.url': 'bundleUrl' },
    banner: { js: `const bundleUrl=require("node:url").pathToFileURL(__filename).href;` },
    external: ['@tensorflow/tfjs-node'],
    plugins: [shareExpress(templateDir, handlerDir), leaveOutUnused],
    logLevel: 'silent',
  });
  const script = find(outputFiles, 'index.cjs');
  await mkdir(outDir, { recursive: true });
  await replaceFile(`${outfile}.LEGAL.txt`, find(outputFiles, '.LEGAL.txt').contents);
  await takeAlong(handlerDir, outDir);
  await replaceFile(join(outDir, 'index.cjs'), script.contents);
  return {
    path: outfile,
    bytes: script.contents.length,
    sha256: createHash('sha256').update(script.contents).digest('hex'),
  };
}
