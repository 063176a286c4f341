import { readFileSync, writeFileSync } from 'node:fs';
import { renderManifests } from './manifests/render.ts';

/** Writes deploy/manifests from the chart, by the `helm` on PATH or in HELM; with `--check` only says what is not up to date. */
const DIRECTORY = new URL('../deploy/manifests/', import.meta.url);

for (const [file, text] of renderManifests(process.env.HELM ?? 'helm')) {
  const target = new URL(file, DIRECTORY);
  if (!process.argv.includes('--check')) {
    writeFileSync(target, text);
  } else if (readFileSync(target, 'utf8') !== text) {
    process.stderr.write(`deploy/manifests/${file} is not what the chart renders: run npm run manifests\n`);
    process.exitCode = 1;
  }
}
