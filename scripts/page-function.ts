import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bundleAssets } from '#page/bundle-assets.ts';

/** Writes the page's files into functions/page/static, which goes into the function's image: before `faas-cli build`. */
const folder = process.argv[2] ?? join(import.meta.dirname, '../functions/page/static');
rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
for (const [name, contents] of await bundleAssets()) writeFileSync(join(folder, name), contents);
