#!/usr/bin/env node
// Bundles the function beside this file (in function/, as faas-cli lays it out) to function/dist/index.cjs.
import { join } from 'node:path';
import { register } from 'tsx/esm/api';

register();
const { bundleFunction } = await import('./bundle.ts');
const handlerDir = process.argv[2] ?? join(import.meta.dirname, 'function');
const outDir = process.argv[3] ?? join(handlerDir, 'dist');
const { path, bytes, sha256 } = await bundleFunction({
  templateDir: import.meta.dirname,
  handlerDir,
  outDir,
});
process.stdout.write(`${path}: ${(bytes / 1024).toFixed(0)} kB, sha256 ${sha256}\n`);
