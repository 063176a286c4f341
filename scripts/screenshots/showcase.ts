import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseDocument } from 'yaml';
import type { Pattern } from '../../invoker/arrivals.ts';

const ROOT = join(import.meta.dirname, '../..');

/** One function beside the demonstration's own. */
interface Shown {
  readonly name: string;
  /** A real workload of this repository. */
  readonly handler: string;
  readonly mode: 'apply' | 'recommend';
  readonly requests: Readonly<Record<'cpu' | 'memory', string>>;
  readonly limits: Readonly<Record<'cpu' | 'memory', string>>;
  /** Null: nobody calls it. */
  readonly load: {
    readonly pattern: Pattern;
    readonly ratePerMinute: number;
    readonly periodMs: number;
    readonly payload: string;
  } | null;
}

/** Sizes as they are often found: a round request that nobody looked at again, and a limit that is too small. */
export const SHOWN: readonly Shown[] = [
  {
    name: 'thumbnail',
    handler: 'training/workloads/thumbnail',
    mode: 'apply',
    requests: { cpu: '250m', memory: '256Mi' },
    limits: { cpu: '500m', memory: '512Mi' },
    load: { pattern: 'diurnal', ratePerMinute: 24, periodMs: 240_000, payload: 'lognormal:80,0.6' },
  },
  {
    name: 'search',
    handler: 'training/workloads/search',
    mode: 'apply',
    requests: { cpu: '200m', memory: '384Mi' },
    limits: { cpu: '1', memory: '512Mi' },
    load: { pattern: 'constant', ratePerMinute: 40, periodMs: 60_000, payload: '8-96' },
  },
  {
    name: 'badges',
    handler: 'functions/qrcode',
    mode: 'recommend',
    requests: { cpu: '50m', memory: '64Mi' },
    limits: { cpu: '80m', memory: '128Mi' },
    load: { pattern: 'random', ratePerMinute: 30, periodMs: 60_000, payload: '8-2000' },
  },
  {
    name: 'previews',
    handler: 'training/workloads/thumbnail',
    mode: 'recommend',
    requests: { cpu: '100m', memory: '256Mi' },
    limits: { cpu: '1', memory: '512Mi' },
    load: null,
  },
];

/** A folder with a stack.yml: the repository's own, and the functions above under the demonstration's settings. */
export function writeShowcase(folder: string): string {
  mkdirSync(folder, { recursive: true });
  const stack = parseDocument(readFileSync(join(ROOT, 'stack.yml'), 'utf8'));
  for (const { name, handler, mode, requests, limits } of SHOWN) {
    stack.setIn(['functions', name], {
      lang: 'typescript',
      handler: `./${handler}`,
      image: `foresize-shown/${name}:latest`,
      annotations: {
        'foresize/mode': mode,
        'foresize/evidence': '90s',
        'foresize/cooldown': '60s',
        'foresize/gate': 'off',
      },
      requests,
      limits,
    });
  }
  for (const name of ['functions', 'training', 'template', 'src'])
    symlinkSync(join(ROOT, name), join(folder, name));
  const path = join(folder, 'stack.yml');
  writeFileSync(path, String(stack));
  return path;
}
